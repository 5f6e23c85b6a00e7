#include "values.h"
#include "interpreter.h"

#include "py/objint.h"
#include "py/objlist.h"
#include "py/objstr.h"
#include "py/objtuple.h"
#include "py/parsenum.h"

#include <stdlib.h>
#include <string.h>

/* The variants of Value, as in the contract. */
enum { NONE, BOOL, INT, BIG_INT, FLOAT, TEXT, BYTES, LIST, TUPLE, SET, DICT, SHOWN, VARIANTS };

/* The host takes no messages nested much deeper, and by default none that are much longer. */
enum { DEEPEST = 120, LONGEST = 8 << 20 };

/* ---- Texts --------------------------------------------------------------------------------------------------------- */

/* How many bytes the character takes that begins with this one; 0 if none does. */
static size_t character_length(uint8_t first) {
    return first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
}

static bool is_character(const uint8_t *text, size_t length) {
    uint8_t least = text[0] == 0xE0 ? 0xA0 : text[0] == 0xF0 ? 0x90 : 0x80;
    uint8_t most = text[0] == 0xED ? 0x9F : text[0] == 0xF4 ? 0x8F : 0xBF;
    for (size_t i = 1; i < length; i++, least = 0x80, most = 0xBF) {
        if (text[i] < least || text[i] > most) {
            return false;
        }
    }
    return true;
}

void make_well_formed(uint8_t *text, size_t length) {
    for (size_t i = 0; i < length;) {
        size_t bytes = character_length(text[i]);
        if (bytes != 0 && bytes <= length - i && is_character(text + i, bytes)) {
            i += bytes;
        } else if (text[i] == 0xED && length - i >= 3 && text[i + 1] >= 0xA0 && text[i + 2] >= 0x80) {
            memcpy(text + i, "\xEF\xBF\xBD", 3);
            i += 3;
        } else {
            text[i++] = '?';
        }
    }
}

size_t whole_characters(const uint8_t *text, size_t length) {
    for (size_t back = 1; back <= 3 && back <= length; back++) {
        uint8_t byte = text[length - back];
        if ((byte & 0xC0) != 0x80) {
            return character_length(byte) > back ? length - back : length;
        }
    }
    return length;
}

static void write_text(wasmbox_writer *writer, const char *text, size_t length) {
    wasmbox_write_count(writer, length);
    print_to_writer(writer, text, length);
    make_well_formed(writer->bytes + writer->length - length, length);
}

void write_name(wasmbox_writer *writer, const char *name) {
    write_text(writer, name, strlen(name));
}

void write_printed(wasmbox_writer *writer, mp_obj_t value, mp_print_kind_t kind) {
    const struct writers *last = interpreter_writers;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        wasmbox_writer *text = interpreter_writer();
        mp_print_t print = {text, print_to_writer};
        mp_obj_print_helper(&print, value, kind);
        write_text(writer, (char *)text->bytes, text->length);
        nlr_pop();
        interpreter_free_after(last);
    } else {
        interpreter_free_after(last);
        nlr_jump(nlr.ret_val);
    }
}

/* ---- From the host ------------------------------------------------------------------------------------------------- */

mp_obj_t read_value(wasmbox_reader *reader) {
    wasmbox_string string;
    mp_obj_t value;
    size_t count;
    switch (wasmbox_read_variant(reader, VARIANTS)) {
    case NONE:
        return mp_const_none;
    case BOOL:
        return mp_obj_new_bool(wasmbox_read_bool(reader));
    case INT:
        return mp_obj_new_int_from_ll(wasmbox_read_i64(reader));
    case BIG_INT:
        string = wasmbox_read_string(reader);
        return mp_parse_num_integer(string.bytes, string.length, 10, NULL);
    case FLOAT:
        return mp_obj_new_float(wasmbox_read_f64(reader));
    case BYTES:
        count = wasmbox_read_count(reader, 1);
        return mp_obj_new_bytes(wasmbox_read_bytes(reader, count), count);
    case LIST:
        count = wasmbox_read_count(reader, 4);
        value = mp_obj_new_list(count, NULL);
        for (size_t i = 0; i < count; i++) {
            ((mp_obj_list_t *)MP_OBJ_TO_PTR(value))->items[i] = read_value(reader);
        }
        return value;
    case TUPLE:
        count = wasmbox_read_count(reader, 4);
        value = mp_obj_new_tuple(count, NULL);
        for (size_t i = 0; i < count; i++) {
            ((mp_obj_tuple_t *)MP_OBJ_TO_PTR(value))->items[i] = read_value(reader);
        }
        return value;
    case SET:
        count = wasmbox_read_count(reader, 4);
        value = mp_obj_new_set(0, NULL);
        for (size_t i = 0; i < count; i++) {
            mp_obj_set_store(value, read_value(reader));
        }
        return value;
    case DICT:
        count = wasmbox_read_count(reader, 8);
        value = mp_obj_new_dict(count);
        for (size_t i = 0; i < count; i++) {
            mp_obj_t key = read_value(reader);
            mp_obj_dict_store(value, key, read_value(reader));
        }
        return value;
    default: /* TEXT, SHOWN */
        string = wasmbox_read_string(reader);
        return mp_obj_new_str(string.bytes, string.length);
    }
}

/* ---- To the host --------------------------------------------------------------------------------------------------- */

/* The values that a value is within, to find those that contain themselves. */
struct within {
    const struct within *outer;
    mp_obj_t value;
    int depth;
};

static void write_nested(wasmbox_writer *writer, mp_obj_t value, const struct within *outer);

/* What is in a container may run the program, in a __repr__, and that may change the container. */
static void check_unchanged(bool unchanged) {
    if (!unchanged) {
        mp_raise_msg(&mp_type_RuntimeError, MP_ERROR_TEXT("a container was changed while it was told to the host"));
    }
}

static void write_elements(wasmbox_writer *writer, uint32_t variant, mp_obj_t sequence, const struct within *here) {
    mp_obj_t *elements;
    size_t count, present;
    mp_obj_get_array(sequence, &count, &elements);
    wasmbox_write_variant(writer, variant);
    wasmbox_write_count(writer, count);
    for (size_t i = 0; i < count; i++) {
        mp_obj_get_array(sequence, &present, &elements);
        check_unchanged(present == count);
        write_nested(writer, elements[i], here);
    }
}

static void write_set(wasmbox_writer *writer, mp_obj_t set, const struct within *here) {
    size_t left = (size_t)MP_OBJ_SMALL_INT_VALUE(mp_obj_len(set));
    wasmbox_write_variant(writer, SET);
    wasmbox_write_count(writer, left);
    mp_obj_iter_buf_t buffer;
    mp_obj_t iterator = mp_getiter(set, &buffer), element;
    while ((element = mp_iternext(iterator)) != MP_OBJ_STOP_ITERATION) {
        check_unchanged(left-- > 0);
        write_nested(writer, element, here);
    }
    check_unchanged(left == 0);
}

static void write_dict(wasmbox_writer *writer, mp_obj_t dict, const struct within *here) {
    mp_map_t *map = mp_obj_dict_get_map(dict);
    size_t left = map->used;
    wasmbox_write_variant(writer, DICT);
    wasmbox_write_count(writer, left);
    for (size_t i = 0; i < map->alloc; i++) {
        if (mp_map_slot_is_filled(map, i)) {
            mp_map_elem_t pair = map->table[i];
            check_unchanged(left-- > 0);
            write_nested(writer, pair.key, here);
            write_nested(writer, pair.value, here);
        }
    }
    check_unchanged(left == 0);
}

static void write_integer(wasmbox_writer *writer, mp_obj_t integer) {
    mp_int_t value;
    bool fits = mp_obj_is_small_int(integer);
    if (fits) {
        value = MP_OBJ_SMALL_INT_VALUE(integer);
    } else {
        fits = mpz_as_int_checked(&((mp_obj_int_t *)MP_OBJ_TO_PTR(integer))->mpz, &value);
        if (!fits && mp_obj_equal(integer, mp_obj_new_int_from_ll(INT64_MIN))) { /* which has no positive counterpart */
            fits = true;
            value = INT64_MIN;
        }
    }
    if (fits) {
        wasmbox_write_variant(writer, INT);
        wasmbox_write_i64(writer, value);
    } else {
        wasmbox_write_variant(writer, BIG_INT);
        write_printed(writer, integer, PRINT_REPR);
    }
}

static bool write_container(wasmbox_writer *writer, mp_obj_t value, const struct within *outer) {
    struct within here = {outer, value, outer ? outer->depth + 1 : 1};
    if (here.depth > DEEPEST) {
        return false;
    }
    for (const struct within *each = outer; each; each = each->outer) {
        if (each->value == value) {
            return false;
        }
    }
    const mp_obj_type_t *type = mp_obj_get_type(value);
    if (type == &mp_type_list) {
        write_elements(writer, LIST, value, &here);
    } else if (type == &mp_type_tuple) {
        write_elements(writer, TUPLE, value, &here);
    } else if (type == &mp_type_dict || type == &mp_type_ordereddict) {
        write_dict(writer, value, &here);
    } else if (type == &mp_type_set || type == &mp_type_frozenset) {
        write_set(writer, value, &here);
    } else {
        return false;
    }
    return true;
}

struct shown {
    wasmbox_writer *writer;
    mp_obj_t value;
};

static void write_its_repr(void *argument) {
    struct shown *shown = argument;
    write_printed(shown->writer, shown->value, PRINT_REPR);
}

/* The repr of a value, but what has none, as it contains itself for example, is told by its type. */
static void write_repr(wasmbox_writer *writer, mp_obj_t value) {
    size_t before = writer->length;
    wasmbox_write_variant(writer, SHOWN);
    if (interpreter_try(write_its_repr, &(struct shown){writer, value}) != MP_OBJ_NULL) {
        interpreter_spend(1); /* raises again if it was for that */
        writer->length = before;
        wasmbox_write_variant(writer, SHOWN);
        const char *name = mp_obj_get_type_str(value);
        size_t length = strlen(name);
        wasmbox_write_count(writer, length + 2);
        wasmbox_write_bytes(writer, "<", 1);
        print_to_writer(writer, name, length);
        make_well_formed(writer->bytes + writer->length - length, length);
        wasmbox_write_bytes(writer, ">", 1);
    }
}

static void write_nested(wasmbox_writer *writer, mp_obj_t value, const struct within *outer) {
    print_to_writer(writer, "", 0); /* raises when it has become too long */
    const mp_obj_type_t *type = mp_obj_get_type(value);
    if (value == mp_const_none) {
        wasmbox_write_variant(writer, NONE);
    } else if (type == &mp_type_bool) {
        wasmbox_write_variant(writer, BOOL);
        wasmbox_write_bool(writer, value == mp_const_true);
    } else if (type == &mp_type_int) {
        write_integer(writer, value);
    } else if (type == &mp_type_float) {
        wasmbox_write_variant(writer, FLOAT);
        wasmbox_write_f64(writer, mp_obj_get_float(value));
    } else if (type == &mp_type_str) {
        size_t length;
        const char *text = mp_obj_str_get_data(value, &length);
        wasmbox_write_variant(writer, TEXT);
        write_text(writer, text, length);
    } else if (type == &mp_type_bytes || type == &mp_type_bytearray) {
        mp_buffer_info_t buffer;
        mp_get_buffer_raise(value, &buffer, MP_BUFFER_READ);
        wasmbox_write_variant(writer, BYTES);
        wasmbox_write_count(writer, buffer.len);
        print_to_writer(writer, buffer.buf, buffer.len);
    } else if (!write_container(writer, value, outer)) {
        write_repr(writer, value);
    }
}

void write_value(wasmbox_writer *writer, mp_obj_t value) {
    write_nested(writer, value, NULL);
}

void write_shown(wasmbox_writer *writer, mp_obj_t value) {
    if (value == mp_const_none) {
        wasmbox_write_variant(writer, NONE);
    } else {
        wasmbox_write_variant(writer, SHOWN);
        write_printed(writer, value, PRINT_REPR);
    }
}
