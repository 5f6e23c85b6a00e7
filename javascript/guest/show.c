/*
 * Values as text for people, in the form that they know from Node: { a: 1, b: [ 'x', [Function: f] ] }. Nothing of the
 * script's is run: getters are told as such, and names are read where they are plain properties.
 */
#include "values.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 4, ELEMENTS = 100, WIDTH = 76, SHORT = 16 };
static const size_t LONGEST_STRING = 10000, LONGEST_TEXT = 1 << 20;

/* What is being shown: where it goes, and the objects that it is within. */
struct show {
    JSContext *context;
    wasmbox_writer *text;
    void *within[LEVELS + 1];
    int depth;
};

static void put(struct show *show, const char *text) {
    wasmbox_write_bytes(show->text, text, strlen(text));
}

__attribute__((format(printf, 2, 3))) static void put_format(struct show *show, const char *format, ...) {
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put(show, text);
}

/* The beginning of what QuickJS makes of a value, never an object of the script's, as text; returns how many bytes of it are
 * missing. */
static size_t put_beginning_of(struct show *show, JSValueConst value, size_t longest) {
    size_t length;
    const char *text = JS_ToCStringLen(show->context, &length, value);
    if (!text) {
        forget_exception(show->context);
        put(show, "?");
        return 0;
    }
    size_t shown = length < longest ? length : longest;
    while (shown < length && ((uint8_t)text[shown] & 0xC0) == 0x80) {
        shown--;
    }
    wasmbox_write_bytes(show->text, text, shown);
    make_well_formed(show->text->bytes + show->text->length - shown, shown);
    JS_FreeCString(show->context, text);
    return length - shown;
}

static void put_missing(struct show *show, size_t bytes) {
    if (bytes > 0) {
        put_format(show, "... %zu more bytes", bytes);
    }
}

static void put_text_of(struct show *show, JSValueConst value) {
    put_missing(show, put_beginning_of(show, value, LONGEST_TEXT));
}

static void put_quoted(struct show *show, JSValueConst string) {
    size_t start = show->text->length, missing = put_beginning_of(show, string, LONGEST_STRING);
    size_t shown = show->text->length - start;
    char *text = malloc(shown + 1);
    if (!text) {
        return;
    }
    memcpy(text, show->text->bytes + start, shown);
    show->text->length = start;
    char quote = !memchr(text, '\'', shown) ? '\'' : !memchr(text, '"', shown) ? '"' : '\'';
    wasmbox_write_u8(show->text, quote);
    for (size_t i = 0; i < shown; i++) {
        char c = text[i];
        const char *escape = c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : c == '\\' ? "\\\\" : NULL;
        if (escape) {
            put(show, escape);
        } else if (c == quote) {
            put_format(show, "\\%c", c);
        } else if ((uint8_t)c < 0x20 || c == 0x7F) {
            put_format(show, "\\x%02x", (uint8_t)c);
        } else {
            wasmbox_write_u8(show->text, c);
        }
    }
    wasmbox_write_u8(show->text, quote);
    put_missing(show, missing);
    free(text);
}

/* A plain property of an object or of what it inherits from; undefined if it is none, or in a proxy. */
static JSValue plain_property(JSContext *context, JSValueConst object, const char *name) {
    JSAtom atom = JS_NewAtom(context, name);
    JSValue at = JS_DupValue(context, object), found = JS_UNDEFINED;
    for (int levels = 0; levels < 100 && JS_IsObject(at) && engine_kind(context, at) != ENGINE_PROXY; levels++) {
        JSPropertyDescriptor property;
        int there = JS_GetOwnProperty(context, &property, at, atom);
        if (there != 0) {
            if (there > 0) {
                JS_FreeValue(context, property.getter);
                JS_FreeValue(context, property.setter);
                found = property.value;
            } else {
                forget_exception(context);
            }
            break;
        }
        JSValue next = JS_GetPrototype(context, at);
        JS_FreeValue(context, at);
        at = next;
    }
    JS_FreeValue(context, at);
    JS_FreeAtom(context, atom);
    return found;
}

static bool put_string_property(struct show *show, JSValueConst object, const char *name) {
    JSValue value = plain_property(show->context, object, name);
    bool there = JS_IsString(value);
    if (there) {
        put_text_of(show, value);
    }
    JS_FreeValue(show->context, value);
    return there;
}

/* The name of an object's class, unless that is `implied`; whether it has one. */
static bool put_class(struct show *show, JSValueConst object, const char *usual, const char *implied) {
    size_t start = show->text->length;
    JSValue prototype = JS_GetPrototype(show->context, object);
    JSValue constructor = JS_IsObject(prototype) ? plain_property(show->context, prototype, "constructor") : JS_UNDEFINED;
    if (JS_IsNull(prototype)) {
        put(show, "[Object: null prototype]");
    } else if (!JS_IsObject(constructor) || !put_string_property(show, constructor, "name")) {
        put(show, usual);
    }
    JS_FreeValue(show->context, constructor);
    JS_FreeValue(show->context, prototype);
    size_t length = show->text->length - start;
    if (length == strlen(implied) && memcmp(show->text->bytes + start, implied, length) == 0) {
        show->text->length = start;
    }
    return show->text->length > start;
}

static void show_value(struct show *show, JSValueConst value);

/* What is between the brackets of an object: parts, each of which begins where it is said. */
struct parts {
    size_t starts[2 * ELEMENTS + 3]; /* and where the last one ends */
    int count;
};

static void begin_part(struct show *show, struct parts *parts) {
    parts->starts[parts->count++] = show->text->length;
}

/* Puts brackets around the parts and commas between them: in one line, or in one line each, or as many in a line as there
 * is room for, if they are short and many. */
static void bracket(struct show *show, struct parts *parts, size_t start, const char *open, const char *close) {
    size_t length = show->text->length - start, longest = 0;
    uint8_t *bytes = malloc(length + 1);
    if (!bytes) {
        return;
    }
    memcpy(bytes, show->text->bytes + start, length);
    show->text->length = start;
    for (int i = 0; i < parts->count; i++) {
        size_t end = i + 1 < parts->count ? parts->starts[i + 1] - start : length;
        parts->starts[i] -= start;
        longest = end - parts->starts[i] > longest ? end - parts->starts[i] : longest;
    }
    parts->starts[parts->count] = length;
    bool lines = length + 2 * (size_t)parts->count > WIDTH || memchr(bytes, '\n', length);
    bool filled = longest <= SHORT && !memchr(bytes, '\n', length);
    size_t column = WIDTH;
    put(show, open);
    for (int i = 0; i < parts->count; i++) {
        size_t part = parts->starts[i], end = parts->starts[i + 1];
        column += 2 + end - part;
        put(show, i > 0 ? "," : "");
        if (lines && !(filled && column <= WIDTH)) {
            put(show, "\n  ");
            column = 2 + end - part;
        } else {
            put(show, " ");
        }
        for (size_t at = part; at < end; at++) {
            wasmbox_write_u8(show->text, bytes[at]);
            if (bytes[at] == '\n') {
                put(show, "  ");
            }
        }
    }
    put(show, parts->count == 0 ? "" : lines ? "\n" : " ");
    put(show, close);
    free(bytes);
}

static bool is_identifier(const char *name) {
    if (!isalpha((uint8_t)*name) && *name != '_' && *name != '$') {
        return false;
    }
    while (*name && (isalnum((uint8_t)*name) || *name == '_' || *name == '$')) {
        name++;
    }
    return !*name;
}

static void put_name(struct show *show, JSAtom atom) {
    JSValue name = JS_AtomToValue(show->context, atom);
    if (JS_IsSymbol(name)) {
        put(show, "[");
        show_value(show, name);
        put(show, "]");
    } else {
        const char *text = JS_AtomToCString(show->context, atom);
        if (text && is_identifier(text) && strlen(text) <= LONGEST_STRING) {
            put(show, text);
        } else {
            put_quoted(show, name);
        }
        JS_FreeCString(show->context, text);
    }
    JS_FreeValue(show->context, name);
}

static void show_property(struct show *show, JSValueConst object, JSAtom atom) {
    JSPropertyDescriptor property;
    if (JS_GetOwnProperty(show->context, &property, object, atom) <= 0) {
        forget_exception(show->context);
        put(show, "?");
        return;
    }
    if (property.flags & JS_PROP_GETSET) {
        put(show, JS_IsUndefined(property.getter)   ? "[Setter]"
                  : JS_IsUndefined(property.setter) ? "[Getter]"
                                                    : "[Getter/Setter]");
    } else {
        show_value(show, property.value);
    }
    JS_FreeValue(show->context, property.getter);
    JS_FreeValue(show->context, property.setter);
    JS_FreeValue(show->context, property.value);
}

/* The properties of an object by name; of something with elements only those that are none. */
static void show_properties(struct show *show, struct parts *parts, JSValueConst object, bool elements_apart) {
    JSPropertyEnum *names;
    uint32_t count, shown = 0;
    if (JS_GetOwnPropertyNames(show->context, &names, &count, object,
                               JS_GPN_STRING_MASK | JS_GPN_SYMBOL_MASK | JS_GPN_ENUM_ONLY) < 0) {
        forget_exception(show->context);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        JSAtom atom = names[i].atom;
        if (!elements_apart || !engine_is_index(show->context, atom)) {
            if (shown < ELEMENTS && show->text->length < LONGEST_TEXT) {
                begin_part(show, parts);
                put_name(show, atom);
                put(show, ": ");
                show_property(show, object, atom);
            } else if (shown == ELEMENTS) {
                begin_part(show, parts);
                put_format(show, "... %u more", (unsigned)(count - i));
            }
            shown++;
        }
        JS_FreeAtom(show->context, atom);
    }
    js_free(show->context, names);
}

static void show_elements(struct show *show, struct parts *parts, JSValueConst array) {
    uint32_t length = engine_element_count(show->context, array);
    for (uint32_t i = 0; i < length && i < ELEMENTS && show->text->length < LONGEST_TEXT; i++) {
        JSAtom atom = JS_NewAtomUInt32(show->context, i);
        JSPropertyDescriptor property;
        int there = JS_GetOwnProperty(show->context, &property, array, atom);
        begin_part(show, parts);
        if (there > 0) {
            JS_FreeValue(show->context, property.getter);
            JS_FreeValue(show->context, property.setter);
            JS_FreeValue(show->context, property.value);
            show_property(show, array, atom);
        } else {
            put(show, "<empty>");
        }
        JS_FreeAtom(show->context, atom);
    }
    if (length > ELEMENTS) {
        begin_part(show, parts);
        put_format(show, "... %u more", (unsigned)(length - ELEMENTS));
    }
}

static void show_entries(struct show *show, struct parts *parts, JSValueConst map, bool values) {
    uintptr_t position = 0;
    JSValueConst key, value;
    for (int i = 0; engine_map_next(map, &position, &key, &value) && show->text->length < LONGEST_TEXT; i++) {
        begin_part(show, parts);
        if (i == ELEMENTS) {
            put_format(show, "... %zu more", engine_map_size(map) - ELEMENTS);
            break;
        }
        show_value(show, key);
        if (values) {
            put(show, " => ");
            show_value(show, value);
        }
    }
}

static void show_error(struct show *show, JSValueConst error) {
    if (!put_string_property(show, error, "name")) {
        put(show, "Error");
    }
    JSValue message = plain_property(show->context, error, "message");
    if (JS_IsString(message)) {
        put(show, ": ");
        put_text_of(show, message);
    }
    JS_FreeValue(show->context, message);
    JSValue stack = plain_property(show->context, error, "stack");
    if (JS_IsString(stack)) {
        put(show, "\n");
        put_text_of(show, stack);
        while (show->text->length > 0 && show->text->bytes[show->text->length - 1] == '\n') {
            show->text->length--;
        }
    }
    JS_FreeValue(show->context, stack);
}

static void show_function(struct show *show, JSValueConst function) {
    put(show, engine_is_class(function) ? "[class " : "[Function: ");
    size_t start = show->text->length;
    put_string_property(show, function, "name");
    if (show->text->length == start) {
        put(show, "(anonymous)");
    }
    put(show, "]");
}

/* What is a string, or the exception of one that could not be made; either is freed. */
static void put_and_free(struct show *show, JSValue string) {
    if (JS_IsException(string)) {
        forget_exception(show->context);
        put(show, "?");
    } else {
        put_text_of(show, string);
    }
    JS_FreeValue(show->context, string);
}

static void show_promise(struct show *show, struct parts *parts, JSValueConst promise) {
    JSPromiseStateEnum state = JS_PromiseState(show->context, promise);
    begin_part(show, parts);
    if (state == JS_PROMISE_PENDING) {
        put(show, "<pending>");
        return;
    }
    put(show, state == JS_PROMISE_REJECTED ? "<rejected> " : "");
    JSValue result = JS_PromiseResult(show->context, promise);
    show_value(show, result);
    JS_FreeValue(show->context, result);
}

static void show_object(struct show *show, JSValueConst object) {
    enum engine_kind kind = engine_kind(show->context, object);
    struct parts parts = {.count = 0};
    const char *open = "{", *close = "}";
    bool nothing = false; /* what has no brackets if it has no properties */
    if (kind == ENGINE_PROXY) {
        put(show, "[Proxy]");
        return;
    } else if (kind == ENGINE_FUNCTION) {
        show_function(show, object);
        nothing = true;
    } else if (kind == ENGINE_ERROR) {
        show_error(show, object);
        nothing = true;
    } else if (kind == ENGINE_DATE) {
        put_and_free(show, engine_date_text(show->context, object));
        nothing = true;
    } else if (kind == ENGINE_REGEXP) {
        put_and_free(show, engine_regexp_text(show->context, object));
        nothing = true;
    } else if (kind == ENGINE_BOXED) {
        put(show, "[");
        put_class(show, object, "Value", "");
        put(show, ": ");
        show_value(show, engine_boxed(object));
        put(show, "]");
        nothing = true;
    } else if (kind == ENGINE_ARRAY) {
        put(show, put_class(show, object, "Array", "Array") ? " " : "");
        open = "[", close = "]";
    } else if (kind == ENGINE_TYPED_ARRAY) {
        put_class(show, object, "TypedArray", "");
        put_format(show, "(%u) ", (unsigned)engine_element_count(show->context, object));
        open = "[", close = "]";
    } else if (kind == ENGINE_MAP || kind == ENGINE_SET) {
        put_class(show, object, kind == ENGINE_MAP ? "Map" : "Set", "");
        put_format(show, "(%zu) ", engine_map_size(object));
    } else {
        put(show, put_class(show, object, kind == ENGINE_PROMISE ? "Promise" : "Object", "Object") ? " " : "");
    }
    if (show->depth == LEVELS) {
        if (!nothing) {
            put(show, kind == ENGINE_ARRAY ? "[Array]" : "[Object]");
        }
        return;
    }
    show->within[show->depth++] = JS_VALUE_GET_PTR(object);
    size_t start = show->text->length;
    bool elements = kind == ENGINE_ARRAY || kind == ENGINE_TYPED_ARRAY || kind == ENGINE_BOXED;
    if (elements && !nothing) {
        show_elements(show, &parts, object);
    } else if (kind == ENGINE_MAP || kind == ENGINE_SET) {
        show_entries(show, &parts, object, kind == ENGINE_MAP);
    } else if (kind == ENGINE_PROMISE) {
        show_promise(show, &parts, object);
    }
    show_properties(show, &parts, object, elements);
    show->depth--;
    if (!nothing || parts.count > 0) {
        bracket(show, &parts, start, nothing ? " {" : open, close);
    }
}

static void show_value(struct show *show, JSValueConst value) {
    if (JS_IsString(value)) {
        put_quoted(show, value);
    } else if (JS_IsSymbol(value)) {
        put(show, "Symbol(");
        JSAtom atom = JS_ValueToAtom(show->context, value);
        put_and_free(show, JS_AtomToString(show->context, atom));
        JS_FreeAtom(show->context, atom);
        put(show, ")");
    } else if (JS_IsObject(value)) {
        for (int i = 0; i < show->depth; i++) {
            if (show->within[i] == JS_VALUE_GET_PTR(value)) {
                put(show, "[Circular]");
                return;
            }
        }
        show_object(show, value);
    } else {
        double number;
        bool negative_zero = JS_IsNumber(value) && JS_ToFloat64(show->context, &number, value) == 0 && number == 0 &&
                             signbit(number);
        if (negative_zero) {
            put(show, "-0");
            return;
        }
        put_text_of(show, value);
        put(show, JS_IsBigInt(show->context, value) ? "n" : "");
    }
}

void show_in_text(JSContext *context, wasmbox_writer *text, JSValueConst value) {
    struct show show = {.context = context, .text = text, .depth = 0};
    if (JS_IsString(value)) {
        put_text_of(&show, value);
    } else {
        show_value(&show, value);
    }
}

void write_shown(JSContext *context, wasmbox_writer *writer, JSValueConst value) {
    wasmbox_writer text = {0};
    struct show show = {.context = context, .text = &text, .depth = 0};
    show_value(&show, value);
    wasmbox_write_string(writer, (wasmbox_string){(const char *)text.bytes, text.length});
    free(text.bytes);
}
