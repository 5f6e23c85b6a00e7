/* Values of JavaScript as values of the contract, and as text for people. */
#pragma once

#include "engine.h"
#include "wasmbox.h"

/* Reads a value of the contract's type Value. Throws if there is no memory for it. */
JSValue read_value(JSContext *context, wasmbox_reader *reader);

/* Writes a value as one of the type Value. It runs getters and proxies. What they throw is thrown, and so is a RangeError if
 * the value is larger than a message should be: what was written until then is to be thrown away. */
bool write_value(JSContext *context, wasmbox_writer *writer, JSValueConst value);

/* Writes a String: that of a value, which is one or is made one. False if that throws. */
bool write_string_of(JSContext *context, wasmbox_writer *writer, JSValueConst value);

/* Writes the String that shows a value to people, as an editor of JavaScript does. It runs nothing of the script's. */
void write_shown(JSContext *context, wasmbox_writer *writer, JSValueConst value);

/* The same as a Value: Shown. */
void write_shown_value(JSContext *context, wasmbox_writer *writer, JSValueConst value);

/* Appends, to a text, what shows a value; a string as it is. */
void show_in_text(JSContext *context, wasmbox_writer *text, JSValueConst value);

/* Halves of surrogate pairs, which JavaScript's strings may have alone and UTF-8 may not: U+FFFD, as long, instead. */
void make_well_formed(uint8_t *text, size_t length);

/* Forgets what was thrown last. */
void forget_exception(JSContext *context);
