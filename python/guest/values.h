/* Values of Python as values of the contract. */
#pragma once

#include "py/obj.h"
#include "wasmbox.h"

/* Reads a value of the contract's type Value. Raises if there is no memory for it. */
mp_obj_t read_value(wasmbox_reader *reader);

/* Writes a value as one of the type Value. Raises a ValueError if it is larger than a message should be: what was written
 * until then is to be thrown away. */
void write_value(wasmbox_writer *writer, mp_obj_t value);

/* Writes the Value that shows a value to people: its repr, or None. Raises what that raises. */
void write_shown(wasmbox_writer *writer, mp_obj_t value);

/* Writes a String: what MicroPython prints of a value. Raises what that raises. */
void write_printed(wasmbox_writer *writer, mp_obj_t value, mp_print_kind_t kind);

/* Writes a String: a text of C's that is the program's, the name of a class for example. */
void write_name(wasmbox_writer *writer, const char *name);

/* Texts of Python may have in them what UTF-8 has not, halves of surrogate pairs for one: something as long, instead. */
void make_well_formed(uint8_t *text, size_t length);

/* How much of a text is whole characters: all but the beginning of one in the end. */
size_t whole_characters(const uint8_t *text, size_t length);
