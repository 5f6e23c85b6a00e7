/* What QuickJS keeps to itself, as far as a guest needs it. Implemented in engine.c, which has QuickJS's own code in it. */
#pragma once

#include <quickjs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a value is for those who show it. */
enum engine_kind {
    ENGINE_PLAIN,
    ENGINE_ARRAY,
    ENGINE_TYPED_ARRAY,
    ENGINE_ERROR,
    ENGINE_FUNCTION,
    ENGINE_DATE,
    ENGINE_REGEXP,
    ENGINE_MAP,
    ENGINE_SET,
    ENGINE_WEAK,
    ENGINE_PROMISE,
    ENGINE_GENERATOR,
    ENGINE_BOXED,
    ENGINE_BUFFER,
    ENGINE_PROXY,
};

/* A runtime, which may allocate so many bytes, and its context. Neither asks for the time, so that what is started is the
 * same in every world. */
JSContext *engine_new_context(size_t memory_bytes);

/* A script to which memory is refused gets a little more at once, so that there is enough for the error that tells of it.
 * This takes it back. */
void engine_take_reserve_back(JSContext *context);

enum engine_kind engine_kind(JSContext *context, JSValueConst object);

/* The primitive in an object that is one, boxed: new Number(1). */
JSValueConst engine_boxed(JSValueConst object);

/* Whether a function is a class, and how many elements an array or a typed array has, without asking the script. */
bool engine_is_class(JSValueConst function);
uint32_t engine_element_count(JSContext *context, JSValueConst array);

/* The length of an array, or of a proxy that stands for one, which may throw: from 0 to 2^53 - 1. */
bool engine_length(JSContext *context, JSValueConst array, int64_t *length);

/* The BigInt of a String, which is freed, whatever the script has made of its own BigInt. May throw. */
JSValue engine_big_int(JSContext *context, JSValue digits);

/* A Date in the form of ISO 8601, and a RegExp as it is written, of whatever the script has made of their methods. */
JSValue engine_date_text(JSContext *context, JSValueConst date);
JSValue engine_regexp_text(JSContext *context, JSValueConst regexp);

/* Makes way for what a compiled script is about to declare, so that a script may declare again what one before it did.
 * Throws, and changes nothing, if something cannot be declared at all. */
bool engine_allow_redeclarations(JSContext *context, JSValueConst script);

/* A variable of the global scope, declared by let, const or class, or a property of the global object. May throw. */
JSValue engine_global_variable(JSContext *context, JSAtom name);
bool engine_set_global_variable(JSContext *context, JSAtom name, JSValue value);

/* The object whose properties are the global variables that were declared by let, const and class. */
JSValueConst engine_declared(JSContext *context);

/* Whether a value is the error that ends a script which is interrupted, and that it cannot catch. */
bool engine_is_interruption(JSValueConst value);

/* Whether a property's name is the index of an element. */
bool engine_is_index(JSContext *context, JSAtom name);

/* Forgets the jobs that wait to be done. */
void engine_drop_jobs(JSContext *context);

/* The entries of a Map or a Set, one after the other: begins with *position = 0, ends with false. The keys and values are
 * valid as long as the map is not changed. */
size_t engine_map_size(JSValueConst map);
bool engine_map_next(JSValueConst map, uintptr_t *position, JSValueConst *key, JSValueConst *value);
