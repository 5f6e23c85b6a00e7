/*
 * wasmbox.h: programs in C that run in a box of WasmBox.
 *
 * Between two messages the whole program, its variables and its heap, is a value that the host can store, restore, fork and
 * send away. The program does nothing for that. It is a function for a message:
 *
 *     #define WASMBOX_IMPLEMENTATION
 *     #include "wasmbox.h"
 *
 *     WASMBOX_CONTRACT(wasmbox 1; codec "bincode-1"; input String; output String;)
 *
 *     static int count;
 *
 *     void wasmbox_on_message(const uint8_t *bytes, size_t length) {
 *         wasmbox_string message = wasmbox_message_string(bytes, length);
 *         if (wasmbox_equals(message, "up")) {
 *             count++;
 *         }
 *         wasmbox_output_format("value=%d", count);
 *     }
 *
 * One C file of the program defines WASMBOX_IMPLEMENTATION before it includes this header; others just include it. C11 and
 * later, and C++11 and later; clang, for wasm32-wasi. `wasmbox build FOLDER` builds a folder of C files. By hand it is:
 *
 *     clang --target=wasm32-wasi -O2 -mbulk-memory -c program.c
 *     clang --target=wasm32-wasi -mexec-model=reactor -Wl,--export-if-defined=wasmbox_exchange program.o -o program.wasm
 *
 * What can go wrong ends the program with wasmbox_panic, and the host gets its sentence: no function here returns an error.
 * A program runs while it deals with a message and no longer, on one thread. What it prints goes to the host's log.
 */
#ifndef WASMBOX_H
#define WASMBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WASMBOX_EXPORT(name) __attribute__((export_name(name)))
#define WASMBOX_IMPORT(name) __attribute__((import_module("env"), import_name(name)))
#define WASMBOX_FORMAT __attribute__((format(printf, 1, 2)))

/* ---- What the program is: functions that you write ----------------------------------------------------------------- */

/* A message has come. The bytes are the program's, to write to as well, until this returns. */
void wasmbox_on_message(const uint8_t *bytes, size_t length);

/* The box is started, before any message. Optional. */
__attribute__((weak)) void wasmbox_on_start(void);

/*
 * Optional, both or neither: the state for a newer version of the program. The first is called on a copy of the box, and
 * calls wasmbox_output or wasmbox_output_value exactly once, with bytes of whatever form. The second is called in a box of
 * the newer module, after wasmbox_on_start and before any message, with those bytes.
 */
WASMBOX_EXPORT("wasmbox_export_state") void wasmbox_export_state(void);
WASMBOX_EXPORT("wasmbox_import_state") void wasmbox_import_state(const uint8_t *bytes, size_t length);

/*
 * Says what the messages are: the text of docs/contract.md goes into the module's section `wasmbox`, where the host reads
 * it. It is written as it is, without quotes around it. It may be used several times; the parts are read as one text.
 */
#define WASMBOX_CONTRACT(...) WASMBOX_CONTRACT_TEXT(#__VA_ARGS__)
/* Written by the assembler, as data of C would become part of the memory, too. */
#define WASMBOX_CONTRACT_TEXT(text) __asm__(".section .custom_section.wasmbox,\"\",@\n.ascii " #text "\n.text\n");

/* ---- The host ------------------------------------------------------------------------------------------------------ */

/* Sends an output. The host has copied the bytes when this returns. Allowed at any time. */
WASMBOX_IMPORT("wasmbox_callback") void wasmbox_output(const void *bytes, size_t length);

/* Says that the program has ended by itself: after this message no more are sent. */
WASMBOX_IMPORT("wasmbox_finished") void wasmbox_finish(void);

/* Asks the host, and returns its reply when it is there: bytes of the length *reply_length, which the caller frees. What they
 * mean, program and host agree on. A host that does not reply ends the program. */
uint8_t *wasmbox_call(const void *bytes, size_t length, size_t *reply_length);

/* Ends the program with a sentence for the host, as printf makes it; what is beyond 1,000 bytes is cut off. */
__attribute__((noreturn)) WASMBOX_FORMAT void wasmbox_panic(const char *format, ...);

/* ---- Messages that are strings ------------------------------------------------------------------------------------- */

/* Text in UTF-8 that lies in a message and is as long-lived. No NUL is behind it, and there may be one inside. printf takes
 * it as "%.*s", (int)string.length, string.bytes. */
typedef struct {
    const char *bytes;
    size_t length;
} wasmbox_string;

/* The message, which has to be one string: its length as u64, and UTF-8. */
wasmbox_string wasmbox_message_string(const uint8_t *bytes, size_t length);

/* Whether a string is this text. */
bool wasmbox_equals(wasmbox_string string, const char *text);

/* Sends a string. It has to be UTF-8. */
void wasmbox_output_string(const char *text);

/* Sends a string as printf makes it. */
WASMBOX_FORMAT void wasmbox_output_format(const char *format, ...);

/* ---- Messages with a structure: bincode 1 -------------------------------------------------------------------------- */

/* Where one is in a message. Values are read in the order in which they are in the contract; the fields of a struct, the
 * parts of a tuple and the elements of an array just follow each other. What is not there ends the program. */
typedef struct {
    const uint8_t *start, *next, *end;
} wasmbox_reader;

/* Begins to read a message. */
wasmbox_reader wasmbox_read(const uint8_t *bytes, size_t length);

/* Has to be called when all is read: what is left then is no part of the value, and ends the program. */
void wasmbox_read_end(const wasmbox_reader *reader);

/* A value that is written, in memory that grows. Begins as {0}, in C++ as {}. */
typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
} wasmbox_writer;

/* Sends what was written, and empties the writer. */
void wasmbox_output_value(wasmbox_writer *writer);

/* uint8_t wasmbox_read_u8(wasmbox_reader *reader); void wasmbox_write_u8(wasmbox_writer *writer, uint8_t value); and so on
 * for all of these. u128 and i128 are two u64, the lower one first; Duration and SystemTime are seconds as u64 and
 * nanoseconds as u32. */
#define WASMBOX_NUMBERS(of) \
    of(u8, uint8_t) of(u16, uint16_t) of(u32, uint32_t) of(u64, uint64_t) \
    of(i8, int8_t) of(i16, int16_t) of(i32, int32_t) of(i64, int64_t) \
    of(f32, float) of(f64, double)
#define WASMBOX_DECLARE(name, type) \
    type wasmbox_read_##name(wasmbox_reader *reader); \
    void wasmbox_write_##name(wasmbox_writer *writer, type value);
WASMBOX_NUMBERS(WASMBOX_DECLARE)
#undef WASMBOX_DECLARE

bool wasmbox_read_bool(wasmbox_reader *reader);
void wasmbox_write_bool(wasmbox_writer *writer, bool value);

/* A String. */
wasmbox_string wasmbox_read_string(wasmbox_reader *reader);
void wasmbox_write_string(wasmbox_writer *writer, wasmbox_string string);
void wasmbox_write_text(wasmbox_writer *writer, const char *text);

/* An Option: whether there is a value, which follows if so. */
bool wasmbox_read_option(wasmbox_reader *reader);
void wasmbox_write_option(wasmbox_writer *writer, bool present);

/* An enum: which of its `variants` it is, from 0; its fields follow. */
uint32_t wasmbox_read_variant(wasmbox_reader *reader, uint32_t variants);
void wasmbox_write_variant(wasmbox_writer *writer, uint32_t variant);

/* A Vec, a Set or a Map: how many elements (or pairs) follow. Each takes `smallest` bytes or more, at least 1: so a count
 * that the message cannot hold is refused before anything is allocated for it. */
size_t wasmbox_read_count(wasmbox_reader *reader, size_t smallest);
void wasmbox_write_count(wasmbox_writer *writer, size_t count);

/* So many bytes as they are, in the message. */
const uint8_t *wasmbox_read_bytes(wasmbox_reader *reader, size_t length);
void wasmbox_write_bytes(wasmbox_writer *writer, const void *bytes, size_t length);

#ifdef __cplusplus
}
#endif
#endif

/* ==================================================================================================================== */

#if defined(WASMBOX_IMPLEMENTATION) && !defined(WASMBOX_IMPLEMENTED)
#define WASMBOX_IMPLEMENTED

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What the host calls: docs/abi.md ------------------------------------------------------------------------------ */

/* Where the host puts messages that are not longer, instead of asking for a place for each. */
#ifndef WASMBOX_EXCHANGE_BYTES
#define WASMBOX_EXCHANGE_BYTES 508
#endif

extern struct wasmbox_exchange_buffer {
    uint32_t capacity;
    uint8_t bytes[WASMBOX_EXCHANGE_BYTES];
} wasmbox_exchange;
struct wasmbox_exchange_buffer wasmbox_exchange = {WASMBOX_EXCHANGE_BYTES, {0}};

WASMBOX_EXPORT("wasmbox_initialize") void wasmbox_abi_initialize(void) {
    if (wasmbox_on_start) {
        wasmbox_on_start();
    }
}

WASMBOX_EXPORT("wasmbox_send") void wasmbox_abi_send(const uint8_t *bytes, size_t length) {
    wasmbox_on_message(bytes, length);
}

WASMBOX_EXPORT("wasmbox_malloc") void *wasmbox_abi_malloc(size_t size) {
    return malloc(size);
}

WASMBOX_EXPORT("wasmbox_free") void wasmbox_abi_free(void *pointer, size_t size) {
    (void)size;
    free(pointer);
}

/* ---- The end ------------------------------------------------------------------------------------------------------- */

WASMBOX_IMPORT("wasmbox_panicked") void wasmbox_abi_panicked(const char *text, size_t length);

void wasmbox_panic(const char *format, ...) {
    char text[1001];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    wasmbox_abi_panicked(text, strlen(text));
    __builtin_trap();
}

static void *wasmbox_grown(void *bytes, size_t size) {
    bytes = realloc(bytes, size);
    if (bytes == NULL) {
        wasmbox_panic("there are no %zu bytes of memory for an output", size);
    }
    return bytes;
}

/* ---- Reading ------------------------------------------------------------------------------------------------------- */

wasmbox_reader wasmbox_read(const uint8_t *bytes, size_t length) {
    wasmbox_reader reader = {bytes, bytes, bytes + length};
    return reader;
}

#define WASMBOX_UNREADABLE(reader, format, ...) \
    wasmbox_panic("the input of %zu bytes cannot be read: at byte %zu " format, (size_t)((reader)->end - (reader)->start), \
                  (size_t)((reader)->next - (reader)->start), __VA_ARGS__)

static size_t wasmbox_left(const wasmbox_reader *reader) {
    return (size_t)(reader->end - reader->next);
}

static const uint8_t *wasmbox_take(wasmbox_reader *reader, uint64_t length, const char *what) {
    if (length > wasmbox_left(reader)) {
        WASMBOX_UNREADABLE(reader, "%s takes %llu bytes, and %zu are left", what, (unsigned long long)length,
                           wasmbox_left(reader));
    }
    const uint8_t *taken = reader->next;
    reader->next += length;
    return taken;
}

void wasmbox_read_end(const wasmbox_reader *reader) {
    if (wasmbox_left(reader) > 0) {
        WASMBOX_UNREADABLE(reader, "the value ends, and %zu more follow", wasmbox_left(reader));
    }
}

const uint8_t *wasmbox_read_bytes(wasmbox_reader *reader, size_t length) {
    return wasmbox_take(reader, length, "what is there");
}

/* WebAssembly's numbers are in the memory as bincode has them: little endian, of any alignment. */
#define WASMBOX_DEFINE_READ(name, type) \
    type wasmbox_read_##name(wasmbox_reader *reader) { \
        type value; \
        memcpy(&value, wasmbox_take(reader, sizeof value, "a number (" #name ")"), sizeof value); \
        return value; \
    }
WASMBOX_NUMBERS(WASMBOX_DEFINE_READ)
#undef WASMBOX_DEFINE_READ

static bool wasmbox_take_flag(wasmbox_reader *reader, const char *what) {
    uint8_t flag = *wasmbox_take(reader, 1, what);
    if (flag > 1) {
        reader->next--;
        WASMBOX_UNREADABLE(reader, "%s is %d instead of 0 or 1", what, flag);
    }
    return flag == 1;
}

bool wasmbox_read_bool(wasmbox_reader *reader) {
    return wasmbox_take_flag(reader, "a bool");
}

bool wasmbox_read_option(wasmbox_reader *reader) {
    return wasmbox_take_flag(reader, "an Option");
}

uint32_t wasmbox_read_variant(wasmbox_reader *reader, uint32_t variants) {
    uint32_t variant = wasmbox_read_u32(reader);
    if (variant >= variants) {
        reader->next -= sizeof variant;
        WASMBOX_UNREADABLE(reader, "there is variant %u of an enum that has %u", (unsigned)variant, (unsigned)variants);
    }
    return variant;
}

size_t wasmbox_read_count(wasmbox_reader *reader, size_t smallest) {
    uint64_t count = wasmbox_read_u64(reader);
    if (count > wasmbox_left(reader) / smallest) {
        reader->next -= sizeof count;
        WASMBOX_UNREADABLE(reader, "there is a count of %llu, which cannot be in the bytes left", (unsigned long long)count);
    }
    return (size_t)count;
}

/* How many bytes of a text are UTF-8. */
static size_t wasmbox_utf8_length(const uint8_t *text, size_t length) {
    size_t valid = 0;
    while (valid < length) {
        const uint8_t *character = text + valid;
        uint8_t lead = character[0];
        size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || bytes > length - valid) {
            return valid;
        }
        /* What the second byte may be shuts out surrogates, what is beyond U+10FFFF, and what has a shorter form. */
        uint8_t lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        uint8_t highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        for (size_t i = 1; i < bytes; i++) {
            if (character[i] < lowest || character[i] > highest) {
                return valid;
            }
            lowest = 0x80;
            highest = 0xbf;
        }
        valid += bytes;
    }
    return valid;
}

wasmbox_string wasmbox_read_string(wasmbox_reader *reader) {
    uint64_t length = wasmbox_read_u64(reader);
    const uint8_t *bytes = wasmbox_take(reader, length, "a String");
    wasmbox_string string = {(const char *)bytes, (size_t)length};
    size_t valid = wasmbox_utf8_length(bytes, string.length);
    if (valid < string.length) {
        reader->next = bytes + valid;
        WASMBOX_UNREADABLE(reader, "a String has 0x%02x, which is no UTF-8", bytes[valid]);
    }
    return string;
}

wasmbox_string wasmbox_message_string(const uint8_t *bytes, size_t length) {
    wasmbox_reader reader = wasmbox_read(bytes, length);
    wasmbox_string string = wasmbox_read_string(&reader);
    wasmbox_read_end(&reader);
    return string;
}

bool wasmbox_equals(wasmbox_string string, const char *text) {
    return string.length == strlen(text) && memcmp(string.bytes, text, string.length) == 0;
}

/* ---- Writing ------------------------------------------------------------------------------------------------------- */

void wasmbox_write_bytes(wasmbox_writer *writer, const void *bytes, size_t length) {
    if (length > writer->capacity - writer->length) {
        size_t wanted = length > SIZE_MAX / 2 - writer->length ? SIZE_MAX : 2 * (writer->length + length);
        writer->bytes = (uint8_t *)wasmbox_grown(writer->bytes, wanted);
        writer->capacity = wanted;
    }
    if (length > 0) {
        memcpy(writer->bytes + writer->length, bytes, length);
        writer->length += length;
    }
}

#define WASMBOX_DEFINE_WRITE(name, type) \
    void wasmbox_write_##name(wasmbox_writer *writer, type value) { \
        wasmbox_write_bytes(writer, &value, sizeof value); \
    }
WASMBOX_NUMBERS(WASMBOX_DEFINE_WRITE)
#undef WASMBOX_DEFINE_WRITE

void wasmbox_write_bool(wasmbox_writer *writer, bool value) {
    wasmbox_write_u8(writer, value);
}

void wasmbox_write_option(wasmbox_writer *writer, bool present) {
    wasmbox_write_u8(writer, present);
}

void wasmbox_write_variant(wasmbox_writer *writer, uint32_t variant) {
    wasmbox_write_u32(writer, variant);
}

void wasmbox_write_count(wasmbox_writer *writer, size_t count) {
    wasmbox_write_u64(writer, count);
}

void wasmbox_write_string(wasmbox_writer *writer, wasmbox_string string) {
    wasmbox_write_count(writer, string.length);
    wasmbox_write_bytes(writer, string.bytes, string.length);
}

void wasmbox_write_text(wasmbox_writer *writer, const char *text) {
    wasmbox_string string = {text, strlen(text)};
    wasmbox_write_string(writer, string);
}

void wasmbox_output_value(wasmbox_writer *writer) {
    wasmbox_output(writer->bytes, writer->length);
    free(writer->bytes);
    wasmbox_writer empty = {NULL, 0, 0};
    *writer = empty;
}

WASMBOX_IMPORT("wasmbox_call") uint32_t wasmbox_host_call(const void *bytes, size_t length);
WASMBOX_IMPORT("wasmbox_reply") void wasmbox_host_reply(uint8_t *bytes);

uint8_t *wasmbox_call(const void *bytes, size_t length, size_t *reply_length) {
    *reply_length = wasmbox_host_call(bytes, length);
    uint8_t *reply = (uint8_t *)wasmbox_grown(NULL, *reply_length > 0 ? *reply_length : 1);
    wasmbox_host_reply(reply);
    return reply;
}

void wasmbox_output_string(const char *text) {
    wasmbox_output_format("%s", text);
}

void wasmbox_output_format(const char *format, ...) {
    /* Most are short, and need nothing allocated. */
    struct {
        uint64_t length;
        char text[504];
    } brief, *output = &brief;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(brief.text, sizeof brief.text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        wasmbox_panic("an output cannot be written in the format \"%s\"", format);
    }
    if ((size_t)length >= sizeof brief.text) {
        output = (__typeof__(output))wasmbox_grown(NULL, sizeof brief.length + (size_t)length + 1);
        va_start(arguments, format);
        vsnprintf(output->text, (size_t)length + 1, format, arguments);
        va_end(arguments);
    }
    output->length = (uint64_t)length;
    wasmbox_output(output, sizeof output->length + (size_t)length);
    if (output != &brief) {
        free(output);
    }
}

#ifdef __cplusplus
}
#endif
#endif
