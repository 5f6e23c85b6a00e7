/* The modules that a program finds which are not MicroPython's: the box itself, random, and the files of sys. */
#include "modules.h"
#include "interpreter.h"
#include "values.h"

#include "py/builtin.h"
#include "py/mperrno.h"
#include "py/objexcept.h"
#include "py/objint.h"
#include "py/stream.h"

#include <stdlib.h>
#include <unistd.h>

/* ---- wasmbox ------------------------------------------------------------------------------------------------------- */

MP_REGISTER_ROOT_POINTER(mp_obj_t wasmbox_handler);

static mp_obj_t box_on(mp_obj_t handler) {
    if (handler != mp_const_none && !mp_obj_is_callable(handler)) {
        mp_raise_TypeError(MP_ERROR_TEXT("a handler for messages is a function"));
    }
    MP_STATE_VM(wasmbox_handler) = handler == mp_const_none ? MP_OBJ_NULL : handler;
    return handler; /* so that it decorates */
}
static MP_DEFINE_CONST_FUN_OBJ_1(box_on_object, box_on);

static mp_obj_t box_send(mp_obj_t value) {
    const struct writers *last = interpreter_writers;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        wasmbox_writer *writer = interpreter_writer();
        wasmbox_write_variant(writer, SENT);
        write_value(writer, value);
        interpreter_output(writer);
        nlr_pop();
        interpreter_free_after(last);
        return mp_const_none;
    }
    interpreter_free_after(last);
    nlr_jump(nlr.ret_val);
}
static MP_DEFINE_CONST_FUN_OBJ_1(box_send_object, box_send);

/* What a function of the host throws is one of these in the program. */
static MP_DEFINE_EXCEPTION(HostError, Exception)

/* Asks the host: a String for the function's name, and a Vec of its arguments. The reply is a Result of what it returned, or
 * of a String that says why it did not. */
static mp_obj_t call_host(mp_obj_t name, size_t count, const mp_obj_t *arguments) {
    const struct writers *last = interpreter_writers;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        wasmbox_writer *writer = interpreter_writer();
        write_printed(writer, name, PRINT_STR);
        wasmbox_write_count(writer, count);
        for (size_t i = 0; i < count; i++) {
            write_value(writer, arguments[i]);
        }
        wasmbox_writer *reply = interpreter_writer();
        reply->bytes = interpreter_call(writer, &reply->length);
        wasmbox_reader reader = wasmbox_read(reply->bytes, reply->length);
        bool returned = wasmbox_read_variant(&reader, 2) == 0;
        mp_obj_t result;
        if (returned) {
            result = read_value(&reader);
        } else {
            wasmbox_string message = wasmbox_read_string(&reader);
            result = mp_obj_new_exception_arg1(&mp_type_HostError, mp_obj_new_str(message.bytes, message.length));
        }
        wasmbox_read_end(&reader);
        if (!returned) {
            nlr_raise(result);
        }
        nlr_pop();
        interpreter_free_after(last);
        return result;
    }
    interpreter_free_after(last);
    nlr_jump(nlr.ret_val);
}

static mp_obj_t box_call(size_t count, const mp_obj_t *arguments) {
    if (!mp_obj_is_str(arguments[0])) {
        mp_raise_TypeError(MP_ERROR_TEXT("a call of the host needs a function's name"));
    }
    return call_host(arguments[0], count - 1, arguments + 1);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR(box_call_object, 1, box_call);

struct host_function {
    mp_obj_base_t base;
    mp_obj_t name;
};

static mp_obj_t host_function_name(mp_obj_t function) {
    return ((struct host_function *)MP_OBJ_TO_PTR(function))->name;
}

static mp_obj_t host_function_call(mp_obj_t function, size_t count, size_t named, const mp_obj_t *arguments) {
    mp_arg_check_num(count, named, 0, MP_OBJ_FUN_ARGS_MAX, false);
    return call_host(host_function_name(function), count, arguments);
}

static void host_function_print(const mp_print_t *print, mp_obj_t function, mp_print_kind_t kind) {
    (void)kind;
    mp_print_str(print, "<function ");
    mp_obj_print_helper(print, host_function_name(function), PRINT_STR);
    mp_print_str(print, " of the host>");
}

static void host_function_attribute(mp_obj_t function, qstr attribute, mp_obj_t *value) {
    if (value[0] == MP_OBJ_NULL && attribute == MP_QSTR___name__) {
        value[0] = host_function_name(function);
    }
}

static MP_DEFINE_CONST_OBJ_TYPE(host_function_type, MP_QSTR_function, MP_TYPE_FLAG_NONE, call, host_function_call, print,
                                host_function_print, attr, host_function_attribute);

mp_obj_t new_host_function(mp_obj_t name) {
    struct host_function *function = mp_obj_malloc(struct host_function, &host_function_type);
    function->name = name;
    return MP_OBJ_FROM_PTR(function);
}

static const mp_rom_map_elem_t box_names[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_wasmbox)},
    {MP_ROM_QSTR(MP_QSTR_call), MP_ROM_PTR(&box_call_object)},
    {MP_ROM_QSTR(MP_QSTR_HostError), MP_ROM_PTR(&mp_type_HostError)},
    {MP_ROM_QSTR(MP_QSTR_on), MP_ROM_PTR(&box_on_object)},
    {MP_ROM_QSTR(MP_QSTR_send), MP_ROM_PTR(&box_send_object)},
};
static MP_DEFINE_CONST_DICT(box_globals, box_names);
const mp_obj_module_t wasmbox_module = {.base = {&mp_type_module}, .globals = (mp_obj_dict_t *)&box_globals};
MP_REGISTER_MODULE(MP_QSTR_wasmbox, wasmbox_module);

/* ---- random -------------------------------------------------------------------------------------------------------- */

/* Each number is from the box's entropy: two boxes that go on from one state are not to have the same ones. Only a program
 * that gives a seed wants just that. */
static bool seeded;
static uint64_t seed_state;

static uint64_t random_bits(void) {
    uint64_t bits = 0;
    if (!seeded) {
        getentropy(&bits, sizeof bits);
        return bits;
    }
    bits = seed_state += 0x9E3779B97F4A7C15; /* splitmix64 */
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB;
    return bits ^ bits >> 31;
}

/* A number less than the limit, or any if that is 0, all as likely. */
static uint64_t random_below(uint64_t limit) {
    uint64_t bits = random_bits();
    if (limit == 0) {
        return bits;
    }
    for (uint64_t unfair = -limit % limit; bits < unfair;) {
        bits = random_bits();
    }
    return bits % limit;
}

static mp_float_t random_fraction(void) {
    return (mp_float_t)(random_bits() >> 11) * 0x1p-53;
}

static mp_obj_t random_seed(size_t count, const mp_obj_t *arguments) {
    seeded = count > 0 && arguments[0] != mp_const_none;
    seed_state = seeded ? (uint64_t)mp_obj_get_int_truncated(mp_unary_op(MP_UNARY_OP_HASH, arguments[0])) : 0;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(random_seed_object, 0, 1, random_seed);

static mp_obj_t random_getrandbits(mp_obj_t bits) {
    mp_int_t count = mp_obj_get_int(bits);
    enum { MOST_BITS = 1 << 16 };
    if (count < 0 || count > MOST_BITS) {
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("the number of bits must be from 0 to %d"), (int)MOST_BITS);
    }
    vstr_t bytes;
    vstr_init_len(&bytes, (size_t)(count + 7) / 8);
    for (size_t i = 0; i < bytes.len; i++) {
        bytes.buf[i] = (char)random_bits();
    }
    if (count % 8 != 0) {
        bytes.buf[0] &= (char)((1 << count % 8) - 1);
    }
    mp_obj_t number = mp_obj_int_from_bytes_impl(true, bytes.len, (byte *)bytes.buf);
    vstr_clear(&bytes);
    return number;
}
static MP_DEFINE_CONST_FUN_OBJ_1(random_getrandbits_object, random_getrandbits);

static mp_obj_t random_randrange(size_t count, const mp_obj_t *arguments) {
    mp_int_t start = count > 1 ? mp_obj_get_int(arguments[0]) : 0;
    mp_int_t stop = mp_obj_get_int(arguments[count > 1]);
    mp_int_t step = count > 2 ? mp_obj_get_int(arguments[2]) : 1;
    if (step == 0 || (step > 0 ? start >= stop : start <= stop)) {
        mp_raise_ValueError(MP_ERROR_TEXT("the range is empty"));
    }
    uint64_t width = step > 0 ? (uint64_t)stop - (uint64_t)start : (uint64_t)start - (uint64_t)stop;
    uint64_t stride = step > 0 ? (uint64_t)step : -(uint64_t)step;
    return mp_obj_new_int_from_ll((mp_int_t)((uint64_t)start + (uint64_t)step * random_below((width - 1) / stride + 1)));
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(random_randrange_object, 1, 3, random_randrange);

static mp_obj_t random_randint(mp_obj_t from, mp_obj_t to) {
    mp_int_t least = mp_obj_get_int(from), most = mp_obj_get_int(to);
    if (least > most) {
        mp_raise_ValueError(MP_ERROR_TEXT("the range is empty"));
    }
    return mp_obj_new_int_from_ll((mp_int_t)((uint64_t)least + random_below((uint64_t)most - (uint64_t)least + 1)));
}
static MP_DEFINE_CONST_FUN_OBJ_2(random_randint_object, random_randint);

static mp_obj_t random_index(mp_obj_t sequence) {
    uint64_t length = (uint64_t)mp_obj_get_int(mp_obj_len(sequence));
    if (length == 0) {
        mp_raise_msg(&mp_type_IndexError, MP_ERROR_TEXT("the sequence is empty"));
    }
    return mp_obj_new_int_from_ull(random_below(length));
}

static mp_obj_t random_choice(mp_obj_t sequence) {
    return mp_obj_subscr(sequence, random_index(sequence), MP_OBJ_SENTINEL);
}
static MP_DEFINE_CONST_FUN_OBJ_1(random_choice_object, random_choice);

static mp_obj_t random_shuffle(mp_obj_t list) {
    for (mp_int_t last = mp_obj_get_int(mp_obj_len(list)) - 1; last > 0; last--) {
        mp_obj_t here = mp_obj_new_int(last), there = mp_obj_new_int_from_ull(random_below((uint64_t)last + 1));
        mp_obj_t element = mp_obj_subscr(list, here, MP_OBJ_SENTINEL);
        mp_obj_subscr(list, here, mp_obj_subscr(list, there, MP_OBJ_SENTINEL));
        mp_obj_subscr(list, there, element);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(random_shuffle_object, random_shuffle);

static mp_obj_t random_random(void) {
    return mp_obj_new_float(random_fraction());
}
static MP_DEFINE_CONST_FUN_OBJ_0(random_random_object, random_random);

static mp_obj_t random_uniform(mp_obj_t from, mp_obj_t to) {
    mp_float_t least = mp_obj_get_float(from), most = mp_obj_get_float(to);
    return mp_obj_new_float(least + (most - least) * random_fraction());
}
static MP_DEFINE_CONST_FUN_OBJ_2(random_uniform_object, random_uniform);

static const mp_rom_map_elem_t random_names[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_random)},
    {MP_ROM_QSTR(MP_QSTR_seed), MP_ROM_PTR(&random_seed_object)},
    {MP_ROM_QSTR(MP_QSTR_getrandbits), MP_ROM_PTR(&random_getrandbits_object)},
    {MP_ROM_QSTR(MP_QSTR_randrange), MP_ROM_PTR(&random_randrange_object)},
    {MP_ROM_QSTR(MP_QSTR_randint), MP_ROM_PTR(&random_randint_object)},
    {MP_ROM_QSTR(MP_QSTR_choice), MP_ROM_PTR(&random_choice_object)},
    {MP_ROM_QSTR(MP_QSTR_shuffle), MP_ROM_PTR(&random_shuffle_object)},
    {MP_ROM_QSTR(MP_QSTR_random), MP_ROM_PTR(&random_random_object)},
    {MP_ROM_QSTR(MP_QSTR_uniform), MP_ROM_PTR(&random_uniform_object)},
};
static MP_DEFINE_CONST_DICT(random_globals, random_names);
const mp_obj_module_t random_module = {.base = {&mp_type_module}, .globals = (mp_obj_dict_t *)&random_globals};
MP_REGISTER_MODULE(MP_QSTR_random, random_module);

/* ---- open ---------------------------------------------------------------------------------------------------------- */

static mp_obj_t open_file(size_t count, const mp_obj_t *arguments, mp_map_t *named) {
    (void)count;
    (void)arguments;
    (void)named;
    mp_raise_msg(&mp_type_OSError, MP_ERROR_TEXT("there are no files in a box"));
}
MP_DEFINE_CONST_FUN_OBJ_KW(mp_builtin_open_obj, 0, open_file);

/* ---- sys.stdin, sys.stdout, sys.stderr ----------------------------------------------------------------------------- */

struct file {
    mp_obj_base_t base;
    int stream; /* or -1, of which nothing comes */
};

static mp_uint_t file_read(mp_obj_t file, void *bytes, mp_uint_t length, int *error) {
    (void)bytes;
    (void)length;
    *error = MP_EPERM;
    return ((struct file *)MP_OBJ_TO_PTR(file))->stream < 0 ? 0 : MP_STREAM_ERROR;
}

static mp_uint_t file_write(mp_obj_t file, const void *bytes, mp_uint_t length, int *error) {
    int stream = ((struct file *)MP_OBJ_TO_PTR(file))->stream;
    if (stream < 0) {
        *error = MP_EPERM;
        return MP_STREAM_ERROR;
    }
    interpreter_print((enum stream)stream, bytes, length);
    return length;
}

static mp_uint_t file_control(mp_obj_t file, mp_uint_t request, uintptr_t argument, int *error) {
    (void)file;
    (void)argument;
    if (request == MP_STREAM_FLUSH) {
        return 0;
    }
    *error = MP_EINVAL;
    return MP_STREAM_ERROR;
}

static const mp_rom_map_elem_t file_names[] = {
    {MP_ROM_QSTR(MP_QSTR_read), MP_ROM_PTR(&mp_stream_read_obj)},
    {MP_ROM_QSTR(MP_QSTR_readline), MP_ROM_PTR(&mp_stream_unbuffered_readline_obj)},
    {MP_ROM_QSTR(MP_QSTR_write), MP_ROM_PTR(&mp_stream_write_obj)},
    {MP_ROM_QSTR(MP_QSTR_flush), MP_ROM_PTR(&mp_stream_flush_obj)},
};
static MP_DEFINE_CONST_DICT(file_locals, file_names);
static const mp_stream_p_t file_protocol = {
    .read = file_read, .write = file_write, .ioctl = file_control, .is_text = true};
static MP_DEFINE_CONST_OBJ_TYPE(file_type, MP_QSTR_TextIOWrapper, MP_TYPE_FLAG_ITER_IS_STREAM, protocol, &file_protocol,
                                locals_dict, &file_locals);

const struct file mp_sys_stdin_obj = {{&file_type}, -1};
const struct file mp_sys_stdout_obj = {{&file_type}, STREAM_OUTPUT};
const struct file mp_sys_stderr_obj = {{&file_type}, STREAM_ERROR};
