/*
 * QuickJS with a few functions more. Its code is included, not linked to, since what they need is not in its header: the
 * object that holds the global scope's declarations, the queue of jobs, the entries of a map.
 */
#include <sys/time.h>

/* QuickJS seeds its random numbers with the time when a context is made. Ours come from elsewhere (guest.c), and a context
 * that has not seen the time is the same in all boxes. */
static int engine_time_of_day(struct timeval *time, void *zone);
#define gettimeofday engine_time_of_day
#include "quickjs.c"
#undef gettimeofday

#include "engine.h"

/* Its licence wants to go along: it does, with the module, in a section of its own. */
__asm__(".section .custom_section.licenses,\"\",@\n.incbin \"LICENSE\"\n.text\n");

static bool starting;
static size_t memory_limit;
static const size_t RESERVE_BYTES = 64 << 10;

static int engine_time_of_day(struct timeval *time, void *zone) {
    if (starting) {
        *time = (struct timeval){0, 0};
        return 0;
    }
    return gettimeofday(time, zone);
}

static void *or_reserve(JSMallocState *state, void *allocated) {
    if (!allocated) {
        state->malloc_limit = memory_limit + RESERVE_BYTES;
    }
    return allocated;
}

static void *allocate(JSMallocState *state, size_t size) {
    return or_reserve(state, js_def_malloc(state, size));
}

static void *reallocate(JSMallocState *state, void *bytes, size_t size) {
    void *allocated = js_def_realloc(state, bytes, size);
    return size == 0 ? allocated : or_reserve(state, allocated);
}

JSContext *engine_new_context(size_t memory_bytes) {
    memory_limit = memory_bytes;
    static const JSMallocFunctions FUNCTIONS = {allocate, js_def_free, reallocate, js_def_malloc_usable_size};
    starting = true;
    JSRuntime *runtime = JS_NewRuntime2(&FUNCTIONS, NULL);
    JSContext *context = runtime ? JS_NewContext(runtime) : NULL;
    starting = false;
    if (context) {
        engine_take_reserve_back(context);
    }
    return context;
}

enum engine_kind engine_kind(JSContext *context, JSValueConst object) {
    JSObject *p = JS_VALUE_GET_OBJ(object);
    switch (p->class_id) {
    case JS_CLASS_ARRAY:
        return ENGINE_ARRAY;
    case JS_CLASS_ERROR:
        return ENGINE_ERROR;
    case JS_CLASS_DATE:
        return ENGINE_DATE;
    case JS_CLASS_REGEXP:
        return ENGINE_REGEXP;
    case JS_CLASS_MAP:
        return ENGINE_MAP;
    case JS_CLASS_SET:
        return ENGINE_SET;
    case JS_CLASS_WEAKMAP:
    case JS_CLASS_WEAKSET:
    case JS_CLASS_WEAK_REF:
    case JS_CLASS_FINALIZATION_REGISTRY:
        return ENGINE_WEAK;
    case JS_CLASS_PROMISE:
        return ENGINE_PROMISE;
    case JS_CLASS_GENERATOR:
    case JS_CLASS_ASYNC_GENERATOR:
        return ENGINE_GENERATOR;
    case JS_CLASS_NUMBER:
    case JS_CLASS_STRING:
    case JS_CLASS_BOOLEAN:
    case JS_CLASS_SYMBOL:
    case JS_CLASS_BIG_INT:
        return ENGINE_BOXED;
    case JS_CLASS_ARRAY_BUFFER:
    case JS_CLASS_SHARED_ARRAY_BUFFER:
    case JS_CLASS_DATAVIEW:
        return ENGINE_BUFFER;
    case JS_CLASS_PROXY:
        return ENGINE_PROXY;
    }
    if (p->class_id >= JS_CLASS_UINT8C_ARRAY && p->class_id <= JS_CLASS_FLOAT64_ARRAY) {
        return ENGINE_TYPED_ARRAY;
    }
    return JS_IsFunction(context, object) ? ENGINE_FUNCTION : ENGINE_PLAIN;
}

JSValueConst engine_boxed(JSValueConst object) {
    return JS_VALUE_GET_OBJ(object)->u.object_data;
}

bool engine_is_class(JSValueConst function) {
    const JSObject *p = JS_VALUE_GET_OBJ(function);
    if (!js_class_has_bytecode(p->class_id)) {
        return false;
    }
    const JSFunctionBytecode *code = p->u.func.function_bytecode;
    return code->has_debug && code->debug.source && code->debug.source_len > 5 &&
           memcmp(code->debug.source, "class", 5) == 0 && !lre_js_is_ident_next((uint8_t)code->debug.source[5]);
}

uint32_t engine_element_count(JSContext *context, JSValueConst array) {
    JSObject *p = JS_VALUE_GET_OBJ(array);
    uint32_t count = p->u.array.count; /* a typed array's */
    if (p->class_id == JS_CLASS_ARRAY) {
        JS_ToUint32(context, &count, p->prop[0].u.value); /* its length, and a number */
    }
    return count;
}

bool engine_length(JSContext *context, JSValueConst array, int64_t *length) {
    return js_get_length64(context, length, array) == 0;
}

JSValue engine_big_int(JSContext *context, JSValue digits) {
    return JS_StringToBigIntErr(context, digits);
}

JSValue engine_date_text(JSContext *context, JSValueConst date) {
    double time;
    if (JS_ToFloat64(context, &time, engine_boxed(date)) < 0) {
        return JS_EXCEPTION;
    }
    return isnan(time) ? JS_NewString(context, "Invalid Date") : get_date_string(context, date, 0, NULL, 0x23);
}

JSValue engine_regexp_text(JSContext *context, JSValueConst regexp) {
    static const struct {
        int bit;
        char letter;
    } FLAGS[] = {{LRE_FLAG_INDICES, 'd'}, {LRE_FLAG_GLOBAL, 'g'},  {LRE_FLAG_IGNORECASE, 'i'},   {LRE_FLAG_MULTILINE, 'm'},
                 {LRE_FLAG_DOTALL, 's'},  {LRE_FLAG_UNICODE, 'u'}, {LRE_FLAG_STICKY, 'y'}};
    const JSRegExp *p = &JS_VALUE_GET_OBJ(regexp)->u.regexp;
    int flags = lre_get_flags(p->bytecode->u.str8);
    char letters[countof(FLAGS) + 2] = "/", *end = letters + 1;
    for (size_t i = 0; i < countof(FLAGS); i++) {
        if (flags & FLAGS[i].bit) {
            *end++ = FLAGS[i].letter;
        }
    }
    *end = 0;
    JSValue pattern = JS_DupValue(context, JS_MKPTR(JS_TAG_STRING, p->pattern));
    return JS_ConcatString3(context, "/", pattern, letters);
}

void engine_take_reserve_back(JSContext *context) {
    JS_SetMemoryLimit(context->rt, memory_limit);
}

bool engine_is_interruption(JSValueConst value) {
    return JS_VALUE_GET_TAG(value) == JS_TAG_OBJECT && JS_IsUncatchableError(NULL, value);
}

bool engine_is_index(JSContext *context, JSAtom name) {
    uint32_t index;
    return JS_AtomIsArrayIndex(context, &index, name);
}

/* The property of the global object that is in the way of a declaration, or NULL. */
static JSShapeProperty *fixed_property(JSContext *context, JSAtom name) {
    JSShapeProperty *property = find_own_property1(JS_VALUE_GET_OBJ(context->global_obj), name);
    return property && !(property->flags & JS_PROP_CONFIGURABLE) ? property : NULL;
}

bool engine_allow_redeclarations(JSContext *context, JSValueConst script) {
    const JSFunctionBytecode *function = JS_VALUE_GET_PTR(script);
    const uint8_t *code = function->byte_code_buf;
    /* In the first round it is seen whether all can be had, in the second it is done. */
    for (int round = 0; round < 2; round++) {
        for (int at = 0; at < function->byte_code_len; at += short_opcode_info(code[at]).size) {
            if (code[at] != OP_check_define_var) {
                continue;
            }
            JSAtom name = get_u32(code + at + 1);
            bool lexical = code[at + 5] & DEFINE_GLOBAL_LEX_VAR;
            JSShapeProperty *fixed = lexical ? fixed_property(context, name) : NULL;
            if (round == 0) {
                if (fixed && (fixed->flags & JS_PROP_TMASK || !(fixed->flags & JS_PROP_WRITABLE))) {
                    JS_ThrowSyntaxErrorVarRedeclaration(context, name);
                    return false;
                }
                continue;
            }
            if (fixed) {
                JSObject *global = JS_VALUE_GET_OBJ(context->global_obj);
                if (js_update_property_flags(context, global, &fixed, fixed->flags | JS_PROP_CONFIGURABLE) < 0 ||
                    JS_DeleteProperty(context, context->global_obj, name, 0) < 0) {
                    return false;
                }
            }
            if (JS_DeleteProperty(context, context->global_var_obj, name, 0) < 0) {
                return false;
            }
        }
    }
    return true;
}

JSValue engine_global_variable(JSContext *context, JSAtom name) {
    return JS_GetGlobalVar(context, name, true);
}

bool engine_set_global_variable(JSContext *context, JSAtom name, JSValue value) {
    return JS_SetGlobalVar(context, name, value, 0) >= 0;
}

JSValueConst engine_declared(JSContext *context) {
    return context->global_var_obj;
}

void engine_drop_jobs(JSContext *context) {
    struct list_head *each, *next;
    list_for_each_safe(each, next, &context->rt->job_list) {
        JSJobEntry *job = list_entry(each, JSJobEntry, link);
        list_del(&job->link);
        for (int i = 0; i < job->argc; i++) {
            JS_FreeValue(context, job->argv[i]);
        }
        js_free(context, job);
    }
}

size_t engine_map_size(JSValueConst map) {
    return JS_VALUE_GET_OBJ(map)->u.map_state->record_count;
}

bool engine_map_next(JSValueConst map, uintptr_t *position, JSValueConst *key, JSValueConst *value) {
    JSMapState *state = JS_VALUE_GET_OBJ(map)->u.map_state;
    struct list_head *at = *position ? (struct list_head *)*position : &state->records;
    for (at = at->next; at != &state->records; at = at->next) {
        JSMapRecord *record = list_entry(at, JSMapRecord, link);
        if (!record->empty) {
            *position = (uintptr_t)at;
            *key = record->key;
            *value = record->value;
            return true;
        }
    }
    return false;
}
