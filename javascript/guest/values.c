#include "values.h"

#include <string.h>

/* The variants of Value, as in the contract. */
enum { UNDEFINED, NULL_VALUE, BOOL, NUM, BIG_INT, TEXT, ARRAY, FIELDS, SHOWN, VARIANTS };

/* The host takes no messages nested much deeper, and by default none that are much longer. */
static const int DEEPEST = 120;
static const size_t LONGEST = 8 << 20;
#define TOO_LARGE "the value is too large for the host: it takes more than %d bytes"

void make_well_formed(uint8_t *text, size_t length) {
    for (size_t i = 0; i + 2 < length; i++) {
        if (text[i] == 0xED && text[i + 1] >= 0xA0) {
            memcpy(text + i, "\xEF\xBF\xBD", 3);
        }
    }
}

void forget_exception(JSContext *context) {
    JS_ResetUncatchableError(context);
    JS_FreeValue(context, JS_GetException(context));
}

/* ---- From the host ------------------------------------------------------------------------------------------------- */

static JSValue read_array(JSContext *context, wasmbox_reader *reader) {
    JSValue array = JS_NewArray(context);
    size_t count = wasmbox_read_count(reader, 4);
    for (size_t i = 0; i < count; i++) {
        JSValue element = read_value(context, reader);
        if (JS_IsException(array) || JS_IsException(element) ||
            JS_DefinePropertyValueUint32(context, array, i, element, JS_PROP_C_W_E) < 0) {
            JS_FreeValue(context, array);
            array = JS_EXCEPTION; /* and read on: what follows has to be found */
        }
    }
    return array;
}

static JSValue read_object(JSContext *context, wasmbox_reader *reader) {
    JSValue object = JS_NewObject(context);
    size_t count = wasmbox_read_count(reader, 12);
    for (size_t i = 0; i < count; i++) {
        wasmbox_string name = wasmbox_read_string(reader);
        JSAtom atom = JS_NewAtomLen(context, name.bytes, name.length);
        JSValue value = read_value(context, reader);
        if (atom == JS_ATOM_NULL || JS_IsException(object) || JS_IsException(value) ||
            JS_DefinePropertyValue(context, object, atom, value, JS_PROP_C_W_E) < 0) {
            JS_FreeValue(context, object);
            object = JS_EXCEPTION;
        }
        JS_FreeAtom(context, atom);
    }
    return object;
}

JSValue read_value(JSContext *context, wasmbox_reader *reader) {
    wasmbox_string string;
    switch (wasmbox_read_variant(reader, VARIANTS)) {
    case UNDEFINED:
        return JS_UNDEFINED;
    case NULL_VALUE:
        return JS_NULL;
    case BOOL:
        return JS_NewBool(context, wasmbox_read_bool(reader));
    case NUM:
        return JS_NewFloat64(context, wasmbox_read_f64(reader));
    case BIG_INT:
        string = wasmbox_read_string(reader);
        return engine_big_int(context, JS_NewStringLen(context, string.bytes, string.length));
    case ARRAY:
        return read_array(context, reader);
    case FIELDS:
        return read_object(context, reader);
    default: /* TEXT, SHOWN */
        string = wasmbox_read_string(reader);
        return JS_NewStringLen(context, string.bytes, string.length);
    }
}

/* ---- To the host --------------------------------------------------------------------------------------------------- */

bool write_string_of(JSContext *context, wasmbox_writer *writer, JSValueConst value) {
    size_t length;
    const char *text = JS_ToCStringLen(context, &length, value);
    if (!text) {
        return false;
    }
    bool fits = writer->length <= LONGEST && length <= LONGEST - writer->length;
    if (fits) {
        wasmbox_write_string(writer, (wasmbox_string){text, length});
        make_well_formed(writer->bytes + writer->length - length, length);
    } else {
        JS_ThrowRangeError(context, TOO_LARGE, (int)LONGEST);
    }
    JS_FreeCString(context, text);
    return fits;
}

/* The objects that a value is within, to find those that contain themselves. */
struct within {
    const struct within *outer;
    void *object;
    int depth;
};

static bool write_nested(JSContext *context, wasmbox_writer *writer, JSValueConst value, const struct within *outer);

static bool write_array(JSContext *context, wasmbox_writer *writer, JSValueConst array, const struct within *here) {
    int64_t length; /* of a proxy, whatever that says */
    if (!engine_length(context, array, &length)) {
        return false;
    }
    if (length > (int64_t)LONGEST) { /* before it is cut off to what a count may be */
        JS_ThrowRangeError(context, TOO_LARGE, (int)LONGEST);
        return false;
    }
    wasmbox_write_variant(writer, ARRAY);
    wasmbox_write_count(writer, (size_t)length);
    for (int64_t i = 0; i < length; i++) {
        JSValue element = JS_GetPropertyUint32(context, array, (uint32_t)i);
        bool written = !JS_IsException(element) && write_nested(context, writer, element, here);
        JS_FreeValue(context, element);
        if (!written) {
            return false;
        }
    }
    return true;
}

static bool write_object(JSContext *context, wasmbox_writer *writer, JSValueConst object, const struct within *here) {
    JSPropertyEnum *names;
    uint32_t count;
    if (JS_GetOwnPropertyNames(context, &names, &count, object, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY) < 0) {
        return false;
    }
    wasmbox_write_variant(writer, FIELDS);
    wasmbox_write_count(writer, count);
    bool written = true;
    for (uint32_t i = 0; i < count; i++) {
        if (written) {
            JSValue name = JS_AtomToString(context, names[i].atom);
            JSValue value = JS_GetProperty(context, object, names[i].atom);
            written = !JS_IsException(value) && write_string_of(context, writer, name) &&
                      write_nested(context, writer, value, here);
            JS_FreeValue(context, name);
            JS_FreeValue(context, value);
        }
        JS_FreeAtom(context, names[i].atom);
    }
    js_free(context, names);
    return written;
}

static bool write_nested(JSContext *context, wasmbox_writer *writer, JSValueConst value, const struct within *outer) {
    if (writer->length > LONGEST) {
        JS_ThrowRangeError(context, TOO_LARGE, (int)LONGEST);
        return false;
    }
    if (JS_IsUndefined(value)) {
        wasmbox_write_variant(writer, UNDEFINED);
    } else if (JS_IsNull(value)) {
        wasmbox_write_variant(writer, NULL_VALUE);
    } else if (JS_IsBool(value)) {
        wasmbox_write_variant(writer, BOOL);
        wasmbox_write_bool(writer, JS_ToBool(context, value));
    } else if (JS_IsNumber(value)) {
        double number;
        JS_ToFloat64(context, &number, value);
        wasmbox_write_variant(writer, NUM);
        wasmbox_write_f64(writer, number);
    } else if (JS_IsBigInt(context, value)) {
        wasmbox_write_variant(writer, BIG_INT);
        return write_string_of(context, writer, value);
    } else if (JS_IsString(value)) {
        wasmbox_write_variant(writer, TEXT);
        return write_string_of(context, writer, value);
    } else {
        if (JS_IsObject(value)) {
            enum engine_kind kind = engine_kind(context, value);
            struct within here = {outer, JS_VALUE_GET_PTR(value), outer ? outer->depth + 1 : 1};
            bool plain = here.depth <= DEEPEST;
            for (const struct within *each = outer; each && plain; each = each->outer) {
                plain = each->object != here.object;
            }
            if (plain && (kind == ENGINE_PLAIN || kind == ENGINE_PROXY || kind == ENGINE_ARRAY)) {
                int array = JS_IsArray(context, value);
                return array > 0    ? write_array(context, writer, value, &here)
                       : array == 0 ? write_object(context, writer, value, &here)
                                    : false;
            }
            if (plain && kind == ENGINE_BOXED && !JS_IsSymbol(engine_boxed(value))) {
                return write_nested(context, writer, engine_boxed(value), outer);
            }
        }
        write_shown_value(context, writer, value);
    }
    return true;
}

void write_shown_value(JSContext *context, wasmbox_writer *writer, JSValueConst value) {
    wasmbox_write_variant(writer, SHOWN);
    write_shown(context, writer, value);
}

bool write_value(JSContext *context, wasmbox_writer *writer, JSValueConst value) {
    return write_nested(context, writer, value, NULL);
}
