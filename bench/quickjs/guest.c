/*
 * QuickJS as a guest (docs/abi.md, version 1): each message is JavaScript, evaluated in one global scope that lasts. It
 * has one output: the value as text, or "ERROR: " and what was thrown. What waits to be done, reactions to promises
 * first of all, is done before the value becomes text. Compiled by the script `build` beside it.
 */
#include <quickjs.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name)))
#define IMPORT(name) __attribute__((import_module("env"), import_name(#name)))

IMPORT(wasmbox_callback) void wasmbox_callback(const void *output, size_t length);
IMPORT(wasmbox_panicked) void wasmbox_panicked(const char *reason, size_t length);

/* A string as messages and outputs carry it; a zero follows the text in a message, since JS_Eval wants one. */
struct string {
    uint64_t length;
    char text[];
};

/* A value, or what was thrown in place of one. */
struct outcome {
    JSValue value;
    bool thrown;
};

/* The script's own calls nest in QuickJS's functions: a fourth of the stack is for its values, the rest for those. */
static const size_t SCRIPT_STACK_BYTES = 256 * 1024;

static JSRuntime *runtime;
static JSContext *context;

static _Noreturn void panic(const char *reason)
{
    wasmbox_panicked(reason, strlen(reason));
    __builtin_trap();
}

EXPORT(wasmbox_initialize) void initialize(void)
{
    runtime = JS_NewRuntime();
    context = runtime ? JS_NewContext(runtime) : NULL;
    if (!context) {
        panic("there is no memory for a JavaScript context");
    }
    JS_SetMaxStackSize(runtime, SCRIPT_STACK_BYTES);
}

EXPORT(wasmbox_malloc) void *allocate(size_t size)
{
    return size < SIZE_MAX ? malloc(size + 1) : NULL;
}

EXPORT(wasmbox_free) void release(void *pointer, size_t size)
{
    free(pointer);
}

static void throw_into(struct outcome *outcome)
{
    JS_FreeValue(context, outcome->value);
    *outcome = (struct outcome){JS_GetException(context), true};
}

/* Does what waits, which may make more of it. What it throws counts, unless something was thrown before. */
static void run_pending_jobs(struct outcome *outcome)
{
    JSContext *owner;
    int status;
    while ((status = JS_ExecutePendingJob(runtime, &owner)) != 0) {
        if (status < 0 && !outcome->thrown) {
            throw_into(outcome);
        } else if (status < 0) {
            JS_FreeValue(owner, JS_GetException(owner));
        }
    }
}

static struct outcome evaluate(const char *script, size_t length)
{
    struct outcome outcome = {JS_Eval(context, script, length, "<message>", JS_EVAL_TYPE_GLOBAL), false};
    if (JS_IsException(outcome.value)) {
        throw_into(&outcome);
    }
    run_pending_jobs(&outcome);
    return outcome;
}

/* Halves of surrogate pairs, which a string of JavaScript's may have alone and UTF-8 may not: U+FFFD, as long, instead. */
static void make_well_formed(char *text, size_t length)
{
    for (size_t i = 0; i + 2 < length; i++) {
        if ((uint8_t)text[i] == 0xED && (uint8_t)text[i + 1] >= 0xA0) {
            memcpy(text + i, "\xEF\xBF\xBD", 3);
        }
    }
}

static void answer(const char *prefix, const char *text, size_t length)
{
    size_t prefix_length = strlen(prefix);
    struct string *output = malloc(sizeof *output + prefix_length + length);
    if (!output) {
        panic("there is no memory for the answer");
    }
    output->length = prefix_length + length;
    memcpy(output->text, prefix, prefix_length);
    memcpy(output->text + prefix_length, text, length);
    make_well_formed(output->text + prefix_length, length);
    wasmbox_callback(output, sizeof *output + output->length);
    free(output);
}

EXPORT(wasmbox_send) void receive(struct string *message, size_t length)
{
    if (length < sizeof *message || message->length != length - sizeof *message) {
        panic("a message has to be a string: its length in eight bytes, then as many bytes of UTF-8");
    }
    message->text[message->length] = 0;
    struct outcome outcome = evaluate(message->text, message->length);
    size_t text_length;
    const char *text = JS_ToCStringLen(context, &text_length, outcome.value);
    if (!text) {
        throw_into(&outcome); /* by its toString, or because it has none */
        text = JS_ToCStringLen(context, &text_length, outcome.value);
    }
    if (text) {
        answer(outcome.thrown ? "ERROR: " : "", text, text_length);
        JS_FreeCString(context, text);
    } else {
        static const char UNSPEAKABLE[] = "ERROR: what was thrown cannot be told as text";
        JS_FreeValue(context, JS_GetException(context));
        answer("", UNSPEAKABLE, strlen(UNSPEAKABLE));
    }
    JS_FreeValue(context, outcome.value);
}
