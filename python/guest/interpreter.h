/* MicroPython as this guest has it: what is printed, how long a request may take, when garbage is collected. */
#pragma once

#include "py/obj.h"
#include "py/runtime.h"
#include "wasmbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The variants of the contract's Answer. */
enum { VALUE, ERROR, CONSOLE, SENT, COMPLETIONS, PARSED };

/* Starts the interpreter, with nothing in its global scope. */
void interpreter_start(void);

/* A request begins. If it is bounded, it may take so many steps, and is ended by a KeyboardInterrupt; a program
 * that catches it does not get far. */
void interpreter_begin(bool bounded, uint64_t steps);

/* A request has ended: sends what was printed, and collects garbage if that is worth it. Nothing of Python's may be in a
 * variable of C any more. */
void interpreter_end(void);

/* Calls a function. Returns what it raised, or MP_OBJ_NULL. */
mp_obj_t interpreter_try(void body(void *), void *argument);

/* Makes a writer that is freed with all that were made after some other one: by whoever makes it, or at the end of
 * interpreter_try, since an interruption may pass by whoever made it. */
struct writers;
extern struct writers *interpreter_writers;
wasmbox_writer *interpreter_writer(void);
void interpreter_free_after(const struct writers *last);

/* Calls what is callable. If it is a function of the program's, garbage is collected while it runs, so that of what the
 * caller has in variables only the arguments of this are safe. */
mp_obj_t interpreter_run(mp_obj_t callable, size_t count, const mp_obj_t *arguments);

/* What tells of an interruption is not bounded itself. */
void interpreter_caught(mp_obj_t exception);

/* Counts so many steps. Raises if there were too many. */
void interpreter_spend(uint64_t steps);

/* Sends an output, after what was printed until then. Raises if there are too many. */
void interpreter_output(wasmbox_writer *writer);

/* Asks the host, after it was sent what was printed until then. The caller frees the reply. */
uint8_t *interpreter_call(const wasmbox_writer *writer, size_t *reply_length);

/* Appends to what was printed. */
enum stream { STREAM_OUTPUT, STREAM_ERROR };
void interpreter_print(enum stream stream, const char *text, size_t length);

/* MicroPython prints to a writer with this. */
void print_to_writer(void *writer, const char *text, size_t length);
