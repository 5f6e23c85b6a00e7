/*
 * MicroPython as a guest. One global scope lasts as long as the box. Each message is a request of the contract below, and
 * its last output is the answer to it: a value, or what was raised. Before, come the outputs that the program makes.
 */
#include "interpreter.h"
#include "modules.h"
#include "nodes.h"
#include "values.h"

#include "py/builtin.h"
#include "py/compile.h"
#include "py/lexer.h"
#include "py/objmodule.h"
#include "py/objtuple.h"
#include "py/objtype.h"

#include <stdlib.h>
#include <string.h>

WASMBOX_CONTRACT(
    wasmbox 1;
    codec "bincode-1";
    input python::Request;
    output python::Answer;

    // Those that run something take so many steps (rounds of loops, branches, calls), or as many as they want.
    enum python::Request {
        Evaluate { steps: Option<u64>, shown: bool, source: String, name: String },
        Call { steps: Option<u64>, function: String, arguments: Vec<python::Value> },
        Deliver { steps: Option<u64>, message: python::Value },
        Assign { name: String, value: python::Value },
        Define { functions: Vec<String> },
        Complete { before: String },
        Parse { source: String },
    }

    // The answer to a request is a Value, Failed, Completions or Parsed; it is the last output.
    enum python::Answer {
        Value(python::Value),
        Failed(python::Raised),
        Console { stream: enum python::Stream { Output, Error }, text: String },
        Sent(python::Value),
        Completions { prefix: String, names: Vec<String> },
        Parsed { complete: bool },
    }

    struct python::Raised { name: String, message: String, place: Option<python::Place>, traceback: String }
    struct python::Place { source: String, line: u32 }

    // What is no such value is told as text, in Shown: functions, classes and their instances, modules, iterators, complex
    // numbers, and what contains itself. An Int is BigInt if it takes more than 64 bits.
    enum python::Value {
        None,
        Bool(bool),
        Int(i64),
        BigInt(String),
        PyFloat(f64),
        Text(String),
        Bytes(Vec<u8>),
        PyList(Vec<python::Value>),
        Tuple(Vec<python::Value>),
        PySet(Vec<python::Value>),
        Dict(Vec<(python::Value, python::Value)>),
        Shown(String),
    }
)

/* MicroPython's licence wants to go along: it does, with the module, in a section of its own. */
__asm__(".section .custom_section.licenses,\"\",@\n.incbin \"LICENSE\"\n.text\n");

enum { EVALUATE, CALL, DELIVER, ASSIGN, DEFINE, COMPLETE, PARSE, REQUESTS };

/* What the program's last expression came to. */
MP_REGISTER_ROOT_POINTER(mp_obj_t wasmbox_value);

static const char PROGRAM[] = "<program>";

/* ---- What was raised ----------------------------------------------------------------------------------------------- */

struct raised {
    wasmbox_writer *writer;
    mp_obj_t exception;
};

static void write_message(void *argument) {
    struct raised *raised = argument;
    write_printed(raised->writer, raised->exception, PRINT_STR);
}

static void write_traceback(void *argument) {
    struct raised *raised = argument;
    wasmbox_writer *text = interpreter_writer();
    mp_print_t print = {text, print_to_writer};
    mp_obj_print_exception(&print, raised->exception);
    make_well_formed(text->bytes, text->length);
    wasmbox_write_string(raised->writer, (wasmbox_string){(char *)text->bytes, text->length});
}

/* Writes a part that may run the program, which may raise something again. */
static void write_or(void part(void *), struct raised *raised, const char *otherwise) {
    size_t before = raised->writer->length;
    if (interpreter_try(part, raised) != MP_OBJ_NULL) {
        raised->writer->length = before;
        wasmbox_write_text(raised->writer, otherwise);
    }
}

static void write_raised(wasmbox_writer *writer, mp_obj_t exception) {
    struct raised raised = {writer, exception};
    write_name(writer, mp_obj_get_type_str(exception));
    write_or(write_message, &raised, "(this exception cannot be shown)");
    size_t count;
    size_t *traceback;
    mp_obj_exception_get_traceback(exception, &count, &traceback);
    wasmbox_write_option(writer, count > 0);
    if (count > 0) {
        write_name(writer, qstr_str(traceback[0]));
        wasmbox_write_u32(writer, traceback[1]);
    }
    write_or(write_traceback, &raised, "");
}

/* ---- Requests that run something ----------------------------------------------------------------------------------- */

struct request {
    uint32_t kind;
    wasmbox_reader reader;
    wasmbox_writer answer;
};

static bool is_nothing(mp_parse_node_t node) {
    return MP_PARSE_NODE_IS_NULL(node) || MP_PARSE_NODE_IS_TOKEN_KIND(node, MP_TOKEN_NEWLINE);
}

/* Whether the last statement of a program is an expression. */
static bool ends_with_expression(mp_parse_node_t node) {
    while (MP_PARSE_NODE_IS_STRUCT_KIND(node, PN_file_input) || MP_PARSE_NODE_IS_STRUCT_KIND(node, PN_file_input_2) ||
           MP_PARSE_NODE_IS_STRUCT_KIND(node, PN_simple_stmt_2)) {
        mp_parse_node_struct_t *list = (mp_parse_node_struct_t *)node;
        size_t last = MP_PARSE_NODE_STRUCT_NUM_NODES(list);
        while (last > 1 && is_nothing(list->nodes[last - 1])) {
            last--;
        }
        node = list->nodes[last - 1];
    }
    return MP_PARSE_NODE_IS_STRUCT_KIND(node, PN_expr_stmt) &&
           MP_PARSE_NODE_IS_NULL(((mp_parse_node_struct_t *)node)->nodes[1]);
}

/* A program that ends with an expression is compiled as one that is typed in: it calls this with what each expression at its
 * top comes to. */
static mp_obj_t take_value(mp_obj_t value) {
    MP_STATE_VM(wasmbox_value) = value;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(take_value_object, take_value);

static qstr name_of(wasmbox_string name, const char *otherwise) {
    enum { LONGEST = 999 };
    return name.length <= LONGEST ? qstr_from_strn(name.bytes, name.length) : qstr_from_str(otherwise);
}

static void set_builtin(qstr name, mp_obj_t value) {
    mp_store_attr(MP_OBJ_FROM_PTR(&mp_module_builtins), name, value);
}

static void evaluate(wasmbox_reader *reader, wasmbox_writer *answer) {
    bool shown = wasmbox_read_bool(reader);
    wasmbox_string source = wasmbox_read_string(reader);
    qstr name = name_of(wasmbox_read_string(reader), PROGRAM);
    wasmbox_read_end(reader);
    mp_lexer_t *lexer = mp_lexer_new_from_str_len(name, source.bytes, source.length, 0);
    mp_parse_tree_t tree = mp_parse(lexer, MP_PARSE_FILE_INPUT);
    bool valued = ends_with_expression(tree.root);
    if (valued) {
        set_builtin(MP_QSTR___repl_print__, MP_OBJ_FROM_PTR(&take_value_object));
    }
    mp_obj_t program = mp_compile(&tree, name, valued);
    interpreter_run(program, 0, NULL);
    mp_obj_t value = valued ? MP_STATE_VM(wasmbox_value) : mp_const_none;
    if (value == MP_OBJ_NULL) { /* the program has put something in the function's place */
        value = mp_const_none;
    }
    if (shown) {
        write_shown(answer, value);
        if (value != mp_const_none) {
            set_builtin(MP_QSTR__, value);
        }
    } else {
        write_value(answer, value);
    }
}

/* What a name stands for, which may have dots. */
static mp_obj_t look_up(wasmbox_string path) {
    mp_obj_t found = MP_OBJ_NULL;
    const char *part = path.bytes, *end = path.bytes + path.length;
    for (const char *at = part;; at++) {
        if (at == end || *at == '.') {
            qstr name = name_of((wasmbox_string){part, (size_t)(at - part)}, "");
            found = found == MP_OBJ_NULL ? mp_load_global(name) : mp_load_attr(found, name);
            if (at == end) {
                return found;
            }
            part = at + 1;
        }
    }
}

static void call(wasmbox_reader *reader, wasmbox_writer *answer) {
    wasmbox_string path = wasmbox_read_string(reader);
    size_t count = wasmbox_read_count(reader, 4);
    mp_obj_t *arguments = m_new(mp_obj_t, count);
    for (size_t i = 0; i < count; i++) {
        arguments[i] = read_value(reader);
    }
    wasmbox_read_end(reader);
    write_value(answer, interpreter_run(look_up(path), count, arguments));
}

static void deliver(wasmbox_reader *reader, wasmbox_writer *answer) {
    mp_obj_t message = read_value(reader), handler = MP_STATE_VM(wasmbox_handler);
    wasmbox_read_end(reader);
    if (handler == MP_OBJ_NULL) {
        mp_raise_TypeError(MP_ERROR_TEXT("there is no handler for messages; the program sets one with wasmbox.on(function)"));
    }
    write_value(answer, interpreter_run(handler, 1, &message));
}

static void assign(wasmbox_reader *reader, wasmbox_writer *answer) {
    wasmbox_string name = wasmbox_read_string(reader);
    mp_obj_t value = read_value(reader);
    wasmbox_read_end(reader);
    mp_store_global(qstr_from_strn(name.bytes, name.length), value);
    write_value(answer, mp_const_none);
}

static void define(wasmbox_reader *reader, wasmbox_writer *answer) {
    size_t count = wasmbox_read_count(reader, 8);
    for (size_t i = 0; i < count; i++) {
        wasmbox_string name = wasmbox_read_string(reader);
        mp_obj_t function = new_host_function(mp_obj_new_str(name.bytes, name.length));
        mp_store_global(qstr_from_strn(name.bytes, name.length), function);
    }
    wasmbox_read_end(reader);
    write_value(answer, mp_const_none);
}

/* ---- What helps those who type ------------------------------------------------------------------------------------- */

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c & 0x80;
}

struct names {
    wasmbox_string prefix;
    wasmbox_writer writer;
    size_t count;
};

static void add_names(struct names *names, const mp_map_t *map) {
    for (size_t i = 0; map && i < map->alloc && names->writer.length < 1 << 20; i++) {
        if (!mp_map_slot_is_filled(map, i) || !mp_obj_is_str(map->table[i].key)) {
            continue;
        }
        size_t length;
        const char *name = mp_obj_str_get_data(map->table[i].key, &length);
        bool hidden = names->prefix.length == 0 && length > 0 && name[0] == '_';
        if (!hidden && length >= names->prefix.length && memcmp(name, names->prefix.bytes, names->prefix.length) == 0) {
            wasmbox_write_string(&names->writer, (wasmbox_string){name, length});
            make_well_formed(names->writer.bytes + names->writer.length - length, length);
            names->count++;
        }
    }
}

static const mp_map_t *type_map(const mp_obj_type_t *type) {
    mp_obj_dict_t *dict = (mp_obj_dict_t *)MP_OBJ_TYPE_GET_SLOT_OR_NULL(type, locals_dict);
    return dict ? &dict->map : NULL;
}

/* What a name is in a map, or else in those of a type and of those that it is derived from. */
static mp_obj_t quiet_lookup(const mp_map_t *map, mp_obj_t name) {
    mp_map_elem_t *found = map ? mp_map_lookup((mp_map_t *)map, name, MP_MAP_LOOKUP) : NULL;
    return found ? found->value : MP_OBJ_NULL;
}

/* Goes over the maps that an attribute of an object may be in: adds the names in them, or looks one up. */
static mp_obj_t search_type(const mp_obj_type_t *type, struct names *names, mp_obj_t name) {
    const mp_map_t *map = type_map(type);
    if (names) {
        add_names(names, map);
    }
    mp_obj_t found = names ? MP_OBJ_NULL : quiet_lookup(map, name);
    const void *parent = MP_OBJ_TYPE_GET_SLOT_OR_NULL(type, parent);
    if (found != MP_OBJ_NULL || parent == NULL || parent == &mp_type_object) {
        return found;
    }
    if (((mp_obj_base_t *)parent)->type != &mp_type_tuple) {
        return search_type(parent, names, name);
    }
    const mp_obj_tuple_t *parents = parent;
    for (size_t i = 0; i < parents->len && found == MP_OBJ_NULL; i++) {
        found = search_type(MP_OBJ_TO_PTR(parents->items[i]), names, name);
    }
    return found;
}

static mp_obj_t search(mp_obj_t object, struct names *names, mp_obj_t name) {
    const mp_obj_type_t *type = mp_obj_get_type(object);
    if (type == &mp_type_type) {
        return search_type(MP_OBJ_TO_PTR(object), names, name);
    }
    const mp_map_t *map = NULL;
    if (type == &mp_type_module) {
        map = &mp_obj_module_get_globals(object)->map;
    } else if (mp_obj_is_instance_type(type)) {
        map = &((mp_obj_instance_t *)MP_OBJ_TO_PTR(object))->members;
    }
    mp_obj_t found = MP_OBJ_NULL;
    if (names) {
        add_names(names, map);
    } else {
        found = quiet_lookup(map, name);
    }
    return found != MP_OBJ_NULL ? found : search_type(type, names, name);
}

static const mp_map_t *global_map(void) {
    return &mp_globals_get()->map;
}

/* What comes before the cursor ends with a path such as game.mo: the names that its last part may become. Runs nothing. */
static void complete(wasmbox_string before, wasmbox_writer *answer) {
    size_t start = before.length;
    while (start > 0 && (is_word(before.bytes[start - 1]) || before.bytes[start - 1] == '.')) {
        start--;
    }
    mp_obj_t builtins = MP_OBJ_FROM_PTR(&mp_module_builtins), object = MP_OBJ_NULL;
    size_t part = start;
    for (size_t i = start; i < before.length; i++) {
        if (before.bytes[i] != '.') {
            continue;
        }
        /* A name that nobody has used is no name of anything. */
        qstr name = qstr_find_strn(before.bytes + part, i - part);
        if (name == MP_QSTRnull) {
            object = MP_OBJ_NULL;
        } else if (part != start) {
            object = object == MP_OBJ_NULL ? MP_OBJ_NULL : search(object, NULL, MP_OBJ_NEW_QSTR(name));
        } else {
            object = quiet_lookup(global_map(), MP_OBJ_NEW_QSTR(name));
            object = object != MP_OBJ_NULL ? object : search(builtins, NULL, MP_OBJ_NEW_QSTR(name));
        }
        part = i + 1;
    }
    struct names names = {{before.bytes + part, before.length - part}, {0}, 0};
    if (part == start) {
        add_names(&names, global_map());
        search(builtins, &names, MP_OBJ_NULL);
    } else if (object != MP_OBJ_NULL) {
        search(object, &names, MP_OBJ_NULL);
    }
    wasmbox_write_variant(answer, COMPLETIONS);
    wasmbox_write_string(answer, names.prefix);
    wasmbox_write_count(answer, names.count);
    wasmbox_write_bytes(answer, names.writer.bytes, names.writer.length);
    free(names.writer.bytes);
}

/* Whether a source is whole, or is going to be with more lines: a bracket or a text of several lines is open, the line goes
 * on, or a block has not been ended by an empty line. */
static bool is_complete(wasmbox_string source) {
    const char *end = source.bytes + source.length, *line = source.bytes;
    int open = 0;
    bool block = false; /* the last line that is not empty is of a block, or begins one */
    char last = '\n';   /* what is there before, but for blanks and comments */
    for (const char *at = source.bytes; at < end; at++) {
        if (at == line && open == 0 && *at != '\n' && *at != '#') {
            block = *at == ' ' || *at == '\t' || *at == '@';
        }
        switch (*at) {
        case '#':
            while (at + 1 < end && at[1] != '\n') {
                at++;
            }
            break;
        case '\'':
        case '"': {
            char quote = *at;
            bool triple = end - at >= 3 && at[1] == quote && at[2] == quote;
            at += triple ? 3 : 1;
            while (at < end && !(*at == quote && (!triple || (end - at >= 3 && at[1] == quote && at[2] == quote)))) {
                if (*at == '\n' && !triple) {
                    return true; /* and wrong */
                }
                at += *at == '\\' ? 2 : 1;
            }
            if (at >= end) {
                return !triple && !(end[-1] == '\\');
            }
            at += triple ? 2 : 0;
            last = quote;
            break;
        }
        case '(':
        case '[':
        case '{':
            open++;
            last = *at;
            break;
        case ')':
        case ']':
        case '}':
            open--;
            last = *at;
            break;
        case '\n':
            block |= last == ':' && open == 0;
            line = at + 1;
            if (at == source.bytes || at[-1] != '\\') {
                last = '\n';
            }
            break;
        case ' ':
        case '\t':
        case '\r':
            break;
        case '\\':
            if (at + 1 == end) {
                return false;
            }
            break;
        default:
            last = *at;
        }
    }
    if (open > 0) {
        return false;
    }
    return !(last == ':' || (block && last != '\n'));
}

/* ---- Every request ------------------------------------------------------------------------------------------------- */

static void handle(void *argument) {
    struct request *request = argument;
    wasmbox_reader *reader = &request->reader;
    wasmbox_writer *answer = &request->answer;
    wasmbox_string text;
    switch (request->kind) {
    case COMPLETE:
        text = wasmbox_read_string(reader);
        wasmbox_read_end(reader);
        complete(text, answer);
        return;
    case PARSE:
        text = wasmbox_read_string(reader);
        wasmbox_read_end(reader);
        wasmbox_write_variant(answer, PARSED);
        wasmbox_write_bool(answer, is_complete(text));
        return;
    }
    wasmbox_write_variant(answer, VALUE);
    switch (request->kind) {
    case EVALUATE:
        evaluate(reader, answer);
        return;
    case CALL:
        call(reader, answer);
        return;
    case DELIVER:
        deliver(reader, answer);
        return;
    case ASSIGN:
        assign(reader, answer);
        return;
    case DEFINE:
        define(reader, answer);
        return;
    }
}

void wasmbox_on_start(void) {
    interpreter_start();
    set_builtin(MP_QSTR_wasmbox, MP_OBJ_FROM_PTR(&wasmbox_module));
}

void wasmbox_on_message(const uint8_t *bytes, size_t length) {
    struct request request = {0, wasmbox_read(bytes, length), {0}};
    request.kind = wasmbox_read_variant(&request.reader, REQUESTS);
    bool bounded = request.kind <= DELIVER && wasmbox_read_option(&request.reader);
    interpreter_begin(bounded, bounded ? wasmbox_read_u64(&request.reader) : 0);
    mp_obj_t exception = interpreter_try(handle, &request);
    if (exception != MP_OBJ_NULL) {
        interpreter_caught(exception);
        request.answer.length = 0;
        wasmbox_write_variant(&request.answer, ERROR);
        write_raised(&request.answer, exception);
    }
    MP_STATE_VM(wasmbox_value) = MP_OBJ_NULL;
    interpreter_end();
    wasmbox_output_value(&request.answer);
}
