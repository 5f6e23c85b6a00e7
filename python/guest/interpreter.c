#include "interpreter.h"
#include "nodes.h"
#include "values.h"

#include "py/cstack.h"
#include "py/gc.h"
#include "py/lexer.h"
#include "py/mphal.h"
#include "py/mpz.h"
#include "py/objstr.h"
#include "py/objtuple.h"
#include "py/parse.h"
#include "py/parsenum.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- Steps --------------------------------------------------------------------------------------------------------- */

/* A step is a jump: one round of a loop, one branch. */
enum { STEPS_A_LOOK = 1000 };

int python_countdown;
static bool bounded;
static uint64_t steps_left;

static bool interrupted;

static const MP_DEFINE_STR_OBJ(too_many_steps, "the program took more steps than it may");
static const mp_rom_obj_tuple_t interrupt_arguments = {{&mp_type_tuple}, 1, {MP_ROM_PTR(&too_many_steps)}};

void interpreter_spend(uint64_t steps) {
    if (!bounded) {
        return;
    }
    if (steps_left >= steps) {
        steps_left -= steps;
        return;
    }
    steps_left = 0;
    mp_obj_exception_t *interrupt = &MP_STATE_VM(mp_kbd_exception);
    if (interrupted) {
        /* It was caught, or something is done finally: this passes all that by. */
        nlr_jump_abort();
    }
    interrupted = true;
    interrupt->args = (mp_obj_tuple_t *)&interrupt_arguments;
    interrupt->traceback_data = NULL;
    nlr_raise(MP_OBJ_FROM_PTR(interrupt));
}

void interpreter_caught(mp_obj_t exception) {
    bounded &= exception != MP_OBJ_FROM_PTR(&MP_STATE_VM(mp_kbd_exception));
}

/* ---- Memory -------------------------------------------------------------------------------------------------------- */

enum {
    FIRST_HEAP_BYTES = 64 << 10,
    MOST_HEAP_BYTES = 64 << 20, /* of the memory's 256 MiB; the rest is for messages and outputs, of which there are copies */
    FRAME_BYTES = 128 << 10,     /* for calls of functions in functions, some 1,000 of them */
    GARBAGE_BYTES = 32 << 10,    /* that a snapshot may hold */
};

static char first_heap[FIRST_HEAP_BYTES] __attribute__((aligned(16)));
static char frames[FRAME_BYTES] __attribute__((aligned(16)));

/* The frame of the interpreter that was called first, or something else if there are variables of C's to be afraid of. */
const void *python_outermost;
static const char NOBODY;

static bool collecting_wanted;
static char *stack_top;

static size_t heap_bytes(void) {
    size_t bytes = FIRST_HEAP_BYTES;
    for (mp_state_mem_area_t *area = MP_STATE_MEM(area).next; area != NULL; area = area->next) {
        bytes += area->gc_pool_end - (byte *)area;
    }
    return bytes;
}

size_t gc_get_max_new_split(void) {
    return MOST_HEAP_BYTES - heap_bytes();
}

void *python_heap_new(unsigned long size) {
    return malloc(size);
}

void python_heap_free(void *heap) {
    mp_state_mem_area_t *area = heap;
    memset(heap, 0, (size_t)(area->gc_pool_end - (byte *)area));
    __asm__ volatile("" ::"r"(heap) : "memory"); /* or clang finds that nobody reads it */
    free(heap);
}

/* A block that grows byte by byte is given half as much again, and asked about again without looking. */
static struct {
    void *block;
    size_t bytes, capacity;
} growing;

void *__real_gc_realloc(void *block, size_t bytes, bool may_move);
void *__wrap_gc_realloc(void *block, size_t bytes, bool may_move) {
    enum { LONG = 1024 };
    if (block == NULL || bytes < LONG || !may_move || MP_STATE_THREAD(gc_lock_depth) > 0) {
        growing.block = block == growing.block ? NULL : growing.block;
        return __real_gc_realloc(block, bytes, may_move);
    }
    if (block == growing.block && bytes >= growing.bytes && bytes <= growing.capacity) {
        growing.bytes = bytes;
        return block;
    }
    size_t more = block == growing.block && bytes > growing.bytes ? bytes / 2 : 0;
    void *grown = __real_gc_realloc(block, bytes + more, true);
    while (grown == NULL && more >= LONG) { /* not so much is left, but it is not to be asked for byte by byte either */
        more /= 4;
        grown = __real_gc_realloc(block, bytes + more, true);
    }
    if (grown != NULL) {
        growing.block = grown;
        growing.bytes = bytes;
        growing.capacity = bytes + more;
    }
    return grown;
}

void __real_gc_free(void *block);
void __wrap_gc_free(void *block) {
    if (block == growing.block) {
        growing.block = NULL;
    }
    __real_gc_free(block);
}

/* MicroPython wants it now, but must not have it now. */
void gc_collect(void) {
    if (!collecting_wanted) {
        collecting_wanted = true;
        python_countdown = 0;
    }
}

/* MicroPython leaves the value of what was deleted where it was. */
static void forget_deleted(mp_map_t *globals) {
    for (size_t i = 0; i < globals->alloc; i++) {
        if (!mp_map_slot_is_filled(globals, i)) {
            globals->table[i].value = MP_OBJ_NULL;
        }
    }
}

static void collect(void) {
    char *here = __builtin_frame_address(0);
    growing.block = NULL;
    forget_deleted(&MP_STATE_VM(dict_main).map);
    gc_collect_start();
    gc_collect_root((void **)here, (size_t)(stack_top - here) / sizeof(void *));
    gc_collect_end();
    /* Again when half as much as there is was used, and before none is left: whoever needs memory then cannot wait for it. */
    gc_info_t info;
    gc_info(&info);
    size_t left = info.used < MOST_HEAP_BYTES ? (MOST_HEAP_BYTES - info.used) / 4 : 0, bytes = heap_bytes() / 2;
    bytes = bytes < left ? bytes : left;
    MP_STATE_MEM(gc_alloc_threshold) = (bytes > FIRST_HEAP_BYTES ? bytes : FIRST_HEAP_BYTES) / MICROPY_BYTES_PER_GC_BLOCK;
    collecting_wanted = false;
}

/* What is in no use compresses best as zeros, and is as if it had never been used. */
static void clear_unused(const mp_state_mem_area_t *area) {
    enum { BLOCKS_A_BYTE = 4, USED = 3 };
    byte *block = area->gc_pool_start;
    for (size_t i = 0; i < area->gc_alloc_table_byte_len; i++) {
        for (unsigned uses = area->gc_alloc_table_start[i], n = 0; n < BLOCKS_A_BYTE; n++, uses >>= 2) {
            uint64_t *words = (uint64_t *)block;
            if ((uses & USED) == 0 && (words[0] | words[1]) != 0) { /* what is not written to need not be stored again */
                words[0] = words[1] = 0;
            }
            block += MICROPY_BYTES_PER_GC_BLOCK;
        }
    }
}

void python_look(const void *frame) {
    python_countdown = STEPS_A_LOOK;
    if (collecting_wanted && frame != NULL && frame == python_outermost) {
        collect();
    }
    interpreter_spend(STEPS_A_LOOK);
}

/* What is no step of the program's, but as long. */
static void step(void) {
    if (--python_countdown < 0) {
        python_look(NULL);
    }
}

/* ---- Recursion in C: what has no frame in the stack in memory is given one, so that its depth is seen --------------- */

enum { STACK_BYTES = 160 << 10, C_FRAME_BYTES = 256 };

#define WITH_A_FRAME(type, name, parameters, arguments) \
    type __real_##name parameters; \
    type __wrap_##name parameters; \
    type __wrap_##name parameters { \
        volatile char frame[C_FRAME_BYTES]; \
        frame[0] = 0; \
        mp_cstack_check(); \
        type result = __real_##name arguments; \
        frame[0] = 1; \
        return result; \
    }
WITH_A_FRAME(bool, mp_seq_cmp_objs,
             (mp_uint_t operation, const mp_obj_t *a, size_t a_length, const mp_obj_t *b, size_t b_length),
             (operation, a, a_length, b, b_length))
WITH_A_FRAME(mp_obj_t, mp_unary_op, (mp_unary_op_t operation, mp_obj_t value), (operation, value))
WITH_A_FRAME(mp_obj_t, mp_call_function_n_kw, (mp_obj_t function, size_t count, size_t named, const mp_obj_t *arguments),
             (function, count, named, arguments))

void __real_mp_obj_print_helper(const mp_print_t *print, mp_obj_t value, mp_print_kind_t kind);
void __wrap_mp_obj_print_helper(const mp_print_t *print, mp_obj_t value, mp_print_kind_t kind) {
    volatile char frame[C_FRAME_BYTES];
    frame[0] = 0;
    __real_mp_obj_print_helper(print, value, kind);
    frame[0] = 1;
}

void __real_mp_cstack_check(void);
void __wrap_mp_cstack_check(void) {
    __real_mp_cstack_check();
    step(); /* what calls itself in C may do so without end, a regular expression for one */
}

/* The program's own frames. */
void *__real_mp_pystack_alloc(size_t bytes);
void *__wrap_mp_pystack_alloc(size_t bytes) {
    if ((size_t)(MP_STATE_THREAD(pystack_end) - MP_STATE_THREAD(pystack_cur)) < bytes + MICROPY_PYSTACK_ALIGN) {
        mp_raise_recursion_depth();
    }
    return __real_mp_pystack_alloc(bytes);
}

/* The compiler calls itself for what is nested in a source, and asks for no limit. */
static void check_nesting(mp_parse_node_t node, int deeper) {
    if (!MP_PARSE_NODE_IS_STRUCT(node)) {
        return;
    }
    if (deeper == 0) {
        mp_raise_msg(&mp_type_SyntaxError, MP_ERROR_TEXT("too many nested parentheses or blocks"));
    }
    mp_parse_node_struct_t *parts = (mp_parse_node_struct_t *)node;
    if (MP_PARSE_NODE_STRUCT_KIND(parts) == PN_const_object) {
        return; /* which has a value in it, and no nodes */
    }
    for (size_t i = 0; i < MP_PARSE_NODE_STRUCT_NUM_NODES(parts); i++) {
        check_nesting(parts->nodes[i], deeper - 1);
    }
}

mp_parse_tree_t __real_mp_parse(mp_lexer_t *lexer, mp_parse_input_kind_t kind);
mp_parse_tree_t __wrap_mp_parse(mp_lexer_t *lexer, mp_parse_input_kind_t kind) {
    enum { DEEPEST = 200 };
    mp_parse_tree_t tree = __real_mp_parse(lexer, kind);
    check_nesting(tree.root, DEEPEST);
    return tree;
}

/* ---- What takes long without a step of the program's ---------------------------------------------------------------- */

/* An object of the program's that iterates. Of MicroPython's own function, where other calls come before setjmp, clang makes
 * what exceptions.h is about. */
static __attribute__((noinline)) mp_obj_t next_of_instance(mp_obj_t iterator) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mp_obj_t element = mp_iternext_allow_raise(iterator);
        nlr_pop();
        return element;
    }
    mp_obj_t exception = MP_OBJ_FROM_PTR(nlr.ret_val);
    if (!mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(exception)), MP_OBJ_FROM_PTR(&mp_type_StopIteration))) {
        nlr_jump(nlr.ret_val);
    }
    return mp_make_stop_iteration(mp_obj_exception_get_value(exception));
}

mp_obj_t __wrap_mp_iternext(mp_obj_t iterator);
mp_obj_t __wrap_mp_iternext(mp_obj_t iterator) {
    volatile char frame[C_FRAME_BYTES];
    frame[0] = 0;
    mp_cstack_check();
    bool instance = !(mp_obj_get_type(iterator)->flags & MP_TYPE_FLAG_ITER_IS_STREAM);
    mp_obj_t element = instance ? next_of_instance(iterator) : mp_iternext_allow_raise(iterator);
    frame[0] = 1;
    return element;
}

/* Computing with integers of so many digits takes the square of it. */
enum { DIGITS_A_STEP = 100 };

void __real_mpz_mul_inpl(mpz_t *product, const mpz_t *a, const mpz_t *b);
void __wrap_mpz_mul_inpl(mpz_t *product, const mpz_t *a, const mpz_t *b) {
    interpreter_spend((uint64_t)a->len * b->len / DIGITS_A_STEP);
    __real_mpz_mul_inpl(product, a, b);
}

void __real_mpz_divmod_inpl(mpz_t *quotient, mpz_t *remainder, const mpz_t *a, const mpz_t *b);
void __wrap_mpz_divmod_inpl(mpz_t *quotient, mpz_t *remainder, const mpz_t *a, const mpz_t *b) {
    interpreter_spend(a->len > b->len ? (uint64_t)(a->len - b->len) * b->len / DIGITS_A_STEP : 0);
    __real_mpz_divmod_inpl(quotient, remainder, a, b);
}

size_t __real_mpz_as_str_inpl(const mpz_t *number, unsigned base, const char *prefix, char letter, char comma, char *text);
size_t __wrap_mpz_as_str_inpl(const mpz_t *number, unsigned base, const char *prefix, char letter, char comma, char *text) {
    interpreter_spend((uint64_t)number->len * number->len / DIGITS_A_STEP);
    return __real_mpz_as_str_inpl(number, base, prefix, letter, comma, text);
}

size_t __real_mpz_set_from_str(mpz_t *number, const char *text, size_t length, bool negative, unsigned base);
size_t __wrap_mpz_set_from_str(mpz_t *number, const char *text, size_t length, bool negative, unsigned base) {
    interpreter_spend((uint64_t)length * length / DIGITS_A_STEP / 8);
    return __real_mpz_set_from_str(number, text, length, negative, base);
}

/* ---- Counts of 32 bits --------------------------------------------------------------------------------------------- */

/* MicroPython has its numbers in 64 bits here, but counts and offsets in 32, which would be cut off: what is beyond the heap
 * is taken as just that. The Makefile says who calls these instead. */
mp_int_t python_get_count(mp_const_obj_t number);
mp_int_t python_get_count(mp_const_obj_t number) {
    mp_int_t count = mp_obj_get_int(number);
    return count > MOST_HEAP_BYTES ? MOST_HEAP_BYTES : count < -MOST_HEAP_BYTES ? -MOST_HEAP_BYTES : count;
}

bool python_get_count_maybe(mp_const_obj_t number, mp_int_t *count);
bool python_get_count_maybe(mp_const_obj_t number, mp_int_t *count) {
    mp_int_t value;
    bool is_number = mp_obj_get_int_maybe(number, &value);
    if (is_number) {
        *count = python_get_count(mp_obj_new_int(value));
    }
    return is_number;
}

mp_obj_t python_parse_count(const char *digits, size_t length, int base, mp_lexer_t *lexer);
mp_obj_t python_parse_count(const char *digits, size_t length, int base, mp_lexer_t *lexer) {
    return MP_OBJ_NEW_SMALL_INT(python_get_count(mp_parse_num_integer(digits, length, base, lexer)));
}

void __real_mp_seq_multiply(const void *items, size_t item_bytes, size_t count, size_t times, void *product);
void __wrap_mp_seq_multiply(const void *items, size_t item_bytes, size_t count, size_t times, void *product) {
    if (times > 0 && (uint64_t)item_bytes * count > MOST_HEAP_BYTES / times) {
        mp_raise_type(&mp_type_MemoryError); /* what was allocated for it is less */
    }
    __real_mp_seq_multiply(items, item_bytes, count, times, product);
}

void __real_mpz_shl_inpl(mpz_t *product, const mpz_t *a, mp_uint_t bits);
void __wrap_mpz_shl_inpl(mpz_t *product, const mpz_t *a, mp_uint_t bits) {
    if (a->len > 0 && bits / 8 > MOST_HEAP_BYTES) {
        mp_raise_type(&mp_type_MemoryError);
    }
    __real_mpz_shl_inpl(product, a, bits);
}

/* ---- Outputs ------------------------------------------------------------------------------------------------------- */

/* The host ends a guest that sends more; a program is told before. */
enum { MOST_OUTPUTS = 50000, MOST_OUTPUT_BYTES = 32 << 20, PRINTED_BYTES = 4 << 10 };

static uint32_t outputs;
static size_t output_bytes;
static wasmbox_writer printed;
static enum stream printed_stream;

static void send(wasmbox_writer *writer) {
    if (outputs >= MOST_OUTPUTS || writer->length > MOST_OUTPUT_BYTES - output_bytes) {
        writer->length = 0;
        mp_raise_msg_varg(&mp_type_RuntimeError, MP_ERROR_TEXT("too many outputs for one message: more than %d, or %d bytes"),
                          (int)MOST_OUTPUTS, (int)MOST_OUTPUT_BYTES);
    }
    outputs++;
    output_bytes += writer->length;
    wasmbox_output_value(writer);
}

/* Sends the beginning of what was printed. */
static void send_beginning(size_t length) {
    if (length == 0) {
        return;
    }
    static wasmbox_writer console;
    console.length = 0;
    wasmbox_write_variant(&console, CONSOLE);
    wasmbox_write_variant(&console, printed_stream);
    make_well_formed(printed.bytes, length);
    wasmbox_write_string(&console, (wasmbox_string){(char *)printed.bytes, length});
    printed.length -= length;
    memmove(printed.bytes, printed.bytes + length, printed.length);
    send(&console);
}

static void send_printed(void) {
    send_beginning(printed.length);
}

static void send_all_printed(void *nothing) {
    (void)nothing;
    send_printed();
}

void interpreter_output(wasmbox_writer *writer) {
    send_printed();
    send(writer);
}

uint8_t *interpreter_call(const wasmbox_writer *writer, size_t *reply_length) {
    send_printed();
    return wasmbox_call(writer->bytes, writer->length, reply_length);
}

void interpreter_print(enum stream stream, const char *text, size_t length) {
    if (stream != printed_stream) {
        send_printed();
        printed_stream = stream;
    }
    if (length > MOST_OUTPUT_BYTES) {
        mp_raise_ValueError(MP_ERROR_TEXT("the text is too long to be printed"));
    }
    wasmbox_write_bytes(&printed, text, length);
    /* In whole lines, if they are not too long. */
    if (printed.length >= PRINTED_BYTES && printed.bytes[printed.length - 1] == '\n') {
        send_printed();
    } else if (printed.length >= 16 * PRINTED_BYTES) {
        send_beginning(whole_characters(printed.bytes, printed.length));
    }
}

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t length) {
    interpreter_print(STREAM_OUTPUT, text, length);
    return length;
}

void mp_hal_stdout_tx_strn_cooked(const char *text, size_t length) {
    interpreter_print(STREAM_OUTPUT, text, length);
}

void print_to_writer(void *writer, const char *text, size_t length) {
    enum { LONGEST = 8 << 20 };
    wasmbox_writer *to = writer;
    if (to->length > LONGEST || length > LONGEST - to->length) {
        mp_raise_ValueError(MP_ERROR_TEXT("the text is too long for the host"));
    }
    wasmbox_write_bytes(to, text, length);
}

/* ---- The clock ----------------------------------------------------------------------------------------------------- */

static uint64_t clock_nanos(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint64_t mp_hal_time_ns(void) {
    return clock_nanos(CLOCK_REALTIME);
}

mp_uint_t mp_hal_ticks_us(void) {
    return clock_nanos(CLOCK_MONOTONIC) / 1000;
}

mp_uint_t mp_hal_ticks_ms(void) {
    return clock_nanos(CLOCK_MONOTONIC) / 1000000;
}

void mp_hal_delay_us(mp_uint_t micros) {
    struct timespec time = {(time_t)(micros / 1000000), (long)(micros % 1000000) * 1000};
    nanosleep(&time, NULL);
}

void mp_hal_delay_ms(mp_uint_t millis) {
    mp_hal_delay_us(millis > UINT64_MAX / 1000 ? UINT64_MAX : millis * 1000);
}

/* ---- Writers ------------------------------------------------------------------------------------------------------- */

struct writers {
    wasmbox_writer writer;
    struct writers *before;
} *interpreter_writers;

wasmbox_writer *interpreter_writer(void) {
    struct writers *made = malloc(sizeof *made);
    if (made == NULL) {
        mp_raise_type(&mp_type_MemoryError);
    }
    *made = (struct writers){{0}, interpreter_writers};
    interpreter_writers = made;
    return &made->writer;
}

void interpreter_free_after(const struct writers *last) {
    while (interpreter_writers != last) {
        struct writers *freed = interpreter_writers;
        interpreter_writers = freed->before;
        free(freed->writer.bytes);
        free(freed);
    }
}

/* ---- Requests ------------------------------------------------------------------------------------------------------ */

void interpreter_start(void) {
    mp_cstack_init_with_sp_here(STACK_BYTES);
    mp_pystack_init(frames, frames + FRAME_BYTES);
    gc_init(first_heap, first_heap + FIRST_HEAP_BYTES);
    MP_STATE_MEM(gc_alloc_threshold) = FIRST_HEAP_BYTES / MICROPY_BYTES_PER_GC_BLOCK;
    mp_init();
    python_outermost = &NOBODY;
}

void interpreter_begin(bool is_bounded, uint64_t steps) {
    stack_top = __builtin_frame_address(0);
    mp_cstack_init_with_top(stack_top, STACK_BYTES);
    python_countdown = STEPS_A_LOOK;
    python_outermost = &NOBODY;
    bounded = is_bounded;
    steps_left = steps;
    interrupted = false;
    MP_STATE_THREAD(gc_lock_depth) = 0; /* which the program may have locked, and nobody could unlock then */
    outputs = 0;
    output_bytes = 0;
}

mp_obj_t interpreter_try(void body(void *), void *argument) {
    nlr_buf_t nlr, *outer = MP_STATE_VM(nlr_abort);
    mp_obj_dict_t *globals = mp_globals_get(), *locals = mp_locals_get();
    const void *outermost = python_outermost;
    const struct writers *last = interpreter_writers;
    mp_obj_t exception = MP_OBJ_NULL;
    if (nlr_push(&nlr) == 0) {
        nlr_set_abort(&nlr);
        body(argument);
        nlr_pop();
    } else {
        exception = nlr.ret_val ? MP_OBJ_FROM_PTR(nlr.ret_val) : MP_OBJ_FROM_PTR(&MP_STATE_VM(mp_kbd_exception));
        mp_globals_set(globals);
        mp_locals_set(locals);
        python_outermost = outermost;
    }
    nlr_set_abort(outer);
    interpreter_free_after(last);
    return exception;
}

/* A method bound to a value. */
struct bound_method {
    mp_obj_base_t base;
    mp_obj_t method, self;
};

mp_obj_t interpreter_run(mp_obj_t callable, size_t count, const mp_obj_t *arguments) {
    mp_obj_t function = callable;
    if (mp_obj_is_type(callable, &mp_type_bound_meth)) {
        function = ((struct bound_method *)MP_OBJ_TO_PTR(callable))->method;
    }
    bool direct = mp_obj_is_type(function, &mp_type_fun_bc);
    python_outermost = direct ? NULL : &NOBODY;
    mp_obj_t result = mp_call_function_n_kw(callable, count, 0, arguments);
    python_outermost = &NOBODY;
    return result;
}

void interpreter_end(void) {
    bounded = false;
    python_outermost = &NOBODY;
    interpreter_try(send_all_printed, NULL);
    free(printed.bytes);
    printed = (wasmbox_writer){0};
    stack_top = __builtin_frame_address(0);
    if (collecting_wanted || MP_STATE_MEM(gc_alloc_amount) * MICROPY_BYTES_PER_GC_BLOCK >= GARBAGE_BYTES) {
        collect();
        for (const mp_state_mem_area_t *area = &MP_STATE_MEM(area); area != NULL; area = area->next) {
            clear_unused(area);
        }
    }
}
