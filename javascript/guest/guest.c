/*
 * QuickJS as a guest. One global scope lasts as long as the box. Each message is a request of the contract below, and its
 * last output is the answer to it: a value, or what was thrown. Before, come the outputs that the script sends by itself.
 */
#include "values.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

WASMBOX_CONTRACT(
    wasmbox 1;
    codec "bincode-1";
    input javascript::Request;
    output javascript::Answer;

    // How much a request may do: so many steps (calls, jumps back, steps of a regular expression, in thousands), and how
    // far it may move the clock for timers. Without steps there is no bound.
    struct javascript::Allowance { kilosteps: Option<u64>, advance: Duration }

    enum javascript::Request {
        Evaluate { allowance: javascript::Allowance, shown: bool, source: String, name: String },
        Call { allowance: javascript::Allowance, function: String, arguments: Vec<javascript::Value> },
        Deliver { allowance: javascript::Allowance, message: javascript::Value },
        Run { allowance: javascript::Allowance },
        Assign { allowance: javascript::Allowance, name: String, value: javascript::Value },
        Define { functions: Vec<String> },
        Complete { before: String },
        Parse { source: String },
    }

    // The answer to a request is a Value, Failed, Completions or Parsed; it is the last output. Uncaught is what nobody has
    // caught meanwhile, Waiting says after how long the next timer is due.
    enum javascript::Answer {
        Value(javascript::Value),
        Failed(javascript::Thrown),
        Uncaught(javascript::Thrown),
        Console { level: enum javascript::Level { Log, Info, Warn, Error, Debug }, text: String },
        Sent(javascript::Value),
        Waiting(Duration),
        Completions { prefix: String, names: Vec<String> },
        Parsed { complete: bool },
    }

    struct javascript::Thrown {
        name: String,
        message: String,
        place: Option<javascript::Place>,
        stack: String,
        value: Option<javascript::Value>,
    }
    struct javascript::Place { source: String, line: u32, column: u32 }

    // What is no such value is told as text, in Shown: functions, symbols, maps, dates, and what contains itself.
    enum javascript::Value {
        Undefined,
        Null,
        Bool(bool),
        Num(f64),
        BigInt(String),
        Text(String),
        Array(Vec<javascript::Value>),
        Fields(Vec<(String, javascript::Value)>),
        Shown(String),
    }
)

enum { EVALUATE, CALL, DELIVER, RUN, ASSIGN, DEFINE, COMPLETE, PARSE, REQUESTS };
enum { VALUE, FAILED, UNCAUGHT, CONSOLE, SENT, WAITING, COMPLETIONS, PARSED };

/* The script's own calls nest in QuickJS's functions: a fourth of the stack is for its values, the rest for those. What is
 * left of the memory's 256 MiB is for messages and outputs, of which there are several copies, and for what lies between. */
static const size_t SCRIPT_STACK_BYTES = 256 << 10, SCRIPT_MEMORY_BYTES = 176 << 20;

/* The host ends a guest that sends more; a script is told before. */
enum { MOST_OUTPUTS = 50000, MOST_OUTPUT_BYTES = 32 << 20 };

#define TOO_MANY_ERRORS "interrupted: there are too many errors that nobody catches"

/* How many timers run in one request. */
enum { MOST_TIMERS = 100000 };

static const uint64_t NANOS = 1000000000;

static JSContext *context;
static JSValue handler;

/* ---- How long a request may take ----------------------------------------------------------------------------------- */

/* QuickJS asks after so many of its steps (JS_INTERRUPT_COUNTER_INIT). */
enum { STEPS_A_POLL = 10000, STEPS_A_JOB = 100 };

static bool bounded;
static uint64_t steps_left, clock_limit;

/* Why the request is to end, in the middle of whatever it does; or NULL. */
static const char *interrupted;

static bool spend(uint64_t steps) {
    if (bounded) {
        if (steps_left < steps) {
            interrupted = "interrupted: the script took more steps than it may";
        }
        steps_left -= steps_left < steps ? steps_left : steps;
    }
    return interrupted;
}

static int poll(JSRuntime *runtime, void *nothing) {
    (void)runtime;
    (void)nothing;
    return spend(STEPS_A_POLL);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOS + (uint64_t)time.tv_nsec;
}

static uint64_t saturating_sum(uint64_t a, uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t saturating_product(uint64_t a, uint64_t b) {
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static uint64_t advance_nanos;

static void read_allowance(wasmbox_reader *reader) {
    bounded = wasmbox_read_option(reader);
    steps_left = bounded ? saturating_product(wasmbox_read_u64(reader), 1000) : 0;
    uint64_t seconds = wasmbox_read_u64(reader);
    advance_nanos = saturating_sum(saturating_product(seconds, NANOS), wasmbox_read_u32(reader));
}

/* ---- Outputs ------------------------------------------------------------------------------------------------------- */

static uint32_t outputs;
static size_t output_bytes;

static bool send(wasmbox_writer *writer) {
    if (outputs >= MOST_OUTPUTS || output_bytes + writer->length > MOST_OUTPUT_BYTES) {
        free(writer->bytes);
        JS_ThrowRangeError(context, "there are too many outputs for one message: more than %d, or %d bytes", MOST_OUTPUTS,
                           MOST_OUTPUT_BYTES);
        return false;
    }
    outputs++;
    output_bytes += writer->length;
    wasmbox_output_value(writer);
    return true;
}

/* A property that is a String, or else the other text. */
static void write_property(wasmbox_writer *writer, JSValueConst object, const char *name, const char *otherwise) {
    JSValue value = JS_GetPropertyStr(context, object, name);
    size_t before = writer->length;
    if (JS_IsException(value) || JS_IsUndefined(value) || !write_string_of(context, writer, value)) {
        forget_exception(context);
        writer->length = before;
        wasmbox_write_text(writer, otherwise);
    }
    JS_FreeValue(context, value);
}

/* The longest name of a source that is kept: a script may make up a stack of its own. */
enum { LONGEST_NAME = 999 };

/* The place in the first line of a stack that has one: "    at name (SOURCE:LINE:COLUMN)", or without name and brackets. */
static void write_place(wasmbox_writer *writer, JSValueConst error) {
    JSValue value = JS_GetPropertyStr(context, error, "stack");
    const char *stack = JS_IsString(value) ? JS_ToCString(context, value) : NULL;
    bool found = false;
    for (const char *line = stack; line && *line && !found; line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
        const char *end = line + strcspn(line, "\n"), *column = NULL, *number = NULL;
        end -= end > line && end[-1] == ')';
        for (const char *at = line; at < end; at++) {
            if (*at == ':') {
                number = column;
                column = at;
            }
        }
        const char *open = memchr(line, '(', (size_t)(end - line));
        const char *source = open ? open + 1 : strncmp(line, "    at ", 7) == 0 ? line + 7 : line;
        char *after_line, *after_column;
        if (number && number >= source && number - source <= LONGEST_NAME) {
            unsigned long line_number = strtoul(number + 1, &after_line, 10);
            unsigned long column_number = strtoul(column + 1, &after_column, 10);
            if (after_line == column && after_column == end) {
                wasmbox_write_option(writer, true);
                size_t length = (size_t)(number - source);
                wasmbox_write_string(writer, (wasmbox_string){source, length});
                make_well_formed(writer->bytes + writer->length - length, length);
                wasmbox_write_u32(writer, line_number);
                wasmbox_write_u32(writer, column_number);
                found = true;
            }
        }
    }
    if (!found) {
        wasmbox_write_option(writer, false);
    }
    JS_FreeCString(context, stack);
    JS_FreeValue(context, value);
    forget_exception(context);
}

/* As an answer: all that the writer has. */
static void write_thrown(wasmbox_writer *writer, uint32_t variant, JSValueConst thrown) {
    writer->length = 0;
    wasmbox_write_variant(writer, variant);
    if (JS_IsError(context, thrown)) {
        write_property(writer, thrown, "name", "Error");
        write_property(writer, thrown, "message", "");
        write_place(writer, thrown);
        write_property(writer, thrown, "stack", "");
        wasmbox_write_option(writer, false);
        return;
    }
    wasmbox_write_text(writer, "");
    if (JS_IsString(thrown)) {
        size_t before = writer->length;
        if (!write_string_of(context, writer, thrown)) {
            forget_exception(context);
            writer->length = before;
            wasmbox_write_text(writer, "(a long string)");
        }
    } else {
        write_shown(context, writer, thrown);
    }
    wasmbox_write_option(writer, false);
    wasmbox_write_text(writer, "");
    size_t before = writer->length;
    wasmbox_write_option(writer, true);
    if (!write_value(context, writer, thrown)) {
        forget_exception(context);
        writer->length = before;
        wasmbox_write_option(writer, false);
    }
}

/* What was thrown last, which can be caught from now on. */
static JSValue take_exception(void) {
    JS_ResetUncatchableError(context);
    return JS_GetException(context);
}

/* Sends what was thrown last and was not caught: by a timer, say. It ends the request if it goes on like that. */
static void send_uncaught(void) {
    if (outputs >= MOST_OUTPUTS || output_bytes > MOST_OUTPUT_BYTES) {
        interrupted = TOO_MANY_ERRORS;
        return;
    }
    outputs++;
    JSValue thrown = take_exception();
    wasmbox_writer writer = {0};
    write_thrown(&writer, UNCAUGHT, thrown);
    output_bytes += writer.length;
    wasmbox_output_value(&writer);
    JS_FreeValue(context, thrown);
}

/* ---- Promises ------------------------------------------------------------------------------------------------------ */

/* Those that were rejected and that nobody has asked for since, and where the next one goes. */
static struct rejection {
    struct rejection *next;
    JSValue promise, reason;
} *rejections, **rejections_end = &rejections;
static uint32_t rejection_count;

static void forget_rejection(void *promise) {
    for (struct rejection **link = &rejections; *link; link = &(*link)->next) {
        struct rejection *each = *link;
        if (JS_VALUE_GET_PTR(each->promise) == promise) {
            *link = each->next;
            rejections_end = each->next ? rejections_end : link;
            rejection_count--;
            JS_FreeValue(context, each->promise);
            JS_FreeValue(context, each->reason);
            free(each);
            return;
        }
    }
}

static void track_rejection(JSContext *where, JSValueConst promise, JSValueConst reason, JS_BOOL handled, void *nothing) {
    (void)nothing;
    if (handled) {
        forget_rejection(JS_VALUE_GET_PTR(promise));
        return;
    }
    struct rejection *rejection = malloc(sizeof *rejection);
    if (rejection) {
        *rejection = (struct rejection){NULL, JS_DupValue(where, promise), JS_DupValue(where, reason)};
        *rejections_end = rejection;
        rejections_end = &rejection->next;
        rejection_count++;
    }
    if (!rejection || rejection_count > MOST_OUTPUTS) {
        interrupted = TOO_MANY_ERRORS;
    }
}

static void send_rejections(void) {
    while (rejections && !interrupted) {
        struct rejection *first = rejections;
        JS_Throw(context, JS_DupValue(context, first->reason));
        forget_rejection(JS_VALUE_GET_PTR(first->promise));
        send_uncaught();
    }
}

/* What a request comes to: a value; if that is a promise, what becomes of it. */
struct outcome {
    JSValue value;
    bool wrapped; /* an evaluation that may await gives a promise of an object that has the value */
    bool settled; /* what a promise came to */
    bool thrown;
};

static bool is_promise(JSValueConst value) {
    return JS_IsObject(value) && engine_kind(context, value) == ENGINE_PROMISE;
}

/* Puts what became of a promise in its place; whether the outcome is one that stays. What a promise comes to is a promise
 * only if the evaluation's own is around it, or if that is made to look as if it were none: it is left as it is. */
static bool settle(struct outcome *outcome) {
    while (!outcome->thrown && !outcome->settled && is_promise(outcome->value)) {
        JSPromiseStateEnum state = JS_PromiseState(context, outcome->value);
        if (state == JS_PROMISE_PENDING) {
            return false;
        }
        forget_rejection(JS_VALUE_GET_PTR(outcome->value));
        JSValue result = JS_PromiseResult(context, outcome->value);
        JS_FreeValue(context, outcome->value);
        outcome->thrown = state == JS_PROMISE_REJECTED;
        if (outcome->wrapped && !outcome->thrown) {
            outcome->value = JS_GetPropertyStr(context, result, "value");
            JS_FreeValue(context, result);
            if (JS_IsException(outcome->value)) { /* the script has made a promise of all objects */
                *outcome = (struct outcome){.value = take_exception(), .thrown = true};
            }
        } else {
            outcome->value = result;
        }
        outcome->settled = !outcome->wrapped;
        outcome->wrapped = false;
    }
    return true;
}

/* ---- Timers -------------------------------------------------------------------------------------------------------- */

struct timer {
    uint64_t due, interval;
    uint32_t id, nesting;
    JSValue function, arguments;
};

/* The next one is the last. Of two that are due at the same time, the one that was set first is next. */
static struct timer *timers;
static size_t timer_count, timer_capacity;
static uint32_t timer_ids;

/* Of how many timers, each of them set by the one before, the present one is the last. Browsers let those that are many
 * wait for 4 ms at least, and so the clock gets on with a script whose timers set timers for ever. */
static uint32_t nesting;
enum { DEEP_NESTING = 5 };

static bool insert_timer(struct timer timer) {
    if (timer_count == timer_capacity) {
        size_t capacity = 2 * timer_capacity + 8;
        struct timer *larger = capacity <= 1000000 ? realloc(timers, capacity * sizeof *timers) : NULL;
        if (!larger) {
            return false;
        }
        timers = larger;
        timer_capacity = capacity;
    }
    size_t low = 0, high = timer_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (timers[middle].due > timer.due) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    memmove(timers + low + 1, timers + low, (timer_count - low) * sizeof *timers);
    timers[low] = timer;
    timer_count++;
    return true;
}

static struct timer take_timer(size_t index) {
    struct timer timer = timers[index];
    timer_count--;
    memmove(timers + index, timers + index + 1, (timer_count - index) * sizeof *timers);
    return timer;
}

static void free_timer(struct timer timer) {
    JS_FreeValue(context, timer.function);
    JS_FreeValue(context, timer.arguments);
}

static JSValue set_timer(JSContext *where, JSValueConst this, int count, JSValueConst *values, int repeated) {
    (void)this;
    double millis = 0;
    if (count < 1 || !JS_IsFunction(where, values[0])) {
        return JS_ThrowTypeError(where, "a timer needs a function");
    }
    if (count > 1 && JS_ToFloat64(where, &millis, values[1]) < 0) {
        return JS_EXCEPTION;
    }
    millis = millis >= 1 ? millis < 1e12 ? millis : 1e12 : repeated ? 1 : 0; /* at most 31 years; NaN is no time */
    if (nesting >= DEEP_NESTING && millis < 4) {
        millis = 4;
    }
    JSValue arguments = JS_NewArray(where);
    for (int i = 2; i < count && !JS_IsException(arguments); i++) {
        JS_DefinePropertyValueUint32(where, arguments, (uint32_t)i - 2, JS_DupValue(where, values[i]), JS_PROP_C_W_E);
    }
    uint64_t nanos = (uint64_t)(millis * 1e6);
    struct timer timer = {
        .due = saturating_sum(now(), nanos),
        .interval = repeated ? nanos : 0,
        .id = ++timer_ids,
        .nesting = nesting + 1,
        .function = JS_DupValue(where, values[0]),
        .arguments = arguments,
    };
    if (JS_IsException(arguments) || !insert_timer(timer)) {
        free_timer(timer);
        return JS_ThrowOutOfMemory(where);
    }
    return JS_NewUint32(where, timer.id);
}

static JSValue clear_timer(JSContext *where, JSValueConst this, int count, JSValueConst *values) {
    (void)this;
    double id;
    if (count < 1 || !JS_IsNumber(values[0]) || JS_ToFloat64(where, &id, values[0]) < 0) {
        return JS_UNDEFINED; /* what is no timer is cleared already */
    }
    for (size_t i = 0; i < timer_count; i++) {
        if (timers[i].id == id) {
            free_timer(take_timer(i));
            break;
        }
    }
    return JS_UNDEFINED;
}

static void run_timer(void) {
    struct timer timer = take_timer(timer_count - 1);
    JSValue function = JS_DupValue(context, timer.function), array = JS_DupValue(context, timer.arguments);
    uint64_t next = saturating_sum(timer.due, timer.interval);
    timer.due = next > now() ? next : saturating_sum(now(), timer.interval); /* those that were missed are not made up for */
    if (timer.interval == 0 || !insert_timer(timer)) {
        free_timer(timer);
    }
    JSValue length = JS_GetPropertyStr(context, array, "length");
    uint32_t count = 0;
    JS_ToUint32(context, &count, length);
    JSValue *values = malloc((count + 1) * sizeof *values);
    for (uint32_t i = 0; values && i < count; i++) {
        values[i] = JS_GetPropertyUint32(context, array, i);
    }
    nesting = timer.nesting;
    JSValue result = values ? JS_Call(context, function, JS_UNDEFINED, (int)count, values) : JS_ThrowOutOfMemory(context);
    for (uint32_t i = 0; values && i < count; i++) {
        JS_FreeValue(context, values[i]);
    }
    free(values);
    JS_FreeValue(context, function);
    JS_FreeValue(context, array);
    if (JS_IsException(result) && !interrupted) {
        send_uncaught();
    }
    JS_FreeValue(context, result);
}

/* ---- What waits to be done ----------------------------------------------------------------------------------------- */

/* Whether a timer that is no interval is due before the clock is as far as it may be moved. */
static bool may_wait_for_timeout(void) {
    for (size_t i = timer_count; i > 0 && timers[i - 1].due <= clock_limit; i--) {
        if (timers[i - 1].interval == 0) {
            return true;
        }
    }
    return false;
}

static void run_jobs(void) {
    JSContext *where;
    int status;
    while (!interrupted && (status = JS_ExecutePendingJob(JS_GetRuntime(context), &where)) != 0) {
        if (status < 0 && !interrupted) {
            send_uncaught();
        }
        spend(STEPS_A_JOB);
    }
}

/*
 * Does what waits: jobs, and timers as long as they are due, or may be waited for. Waiting is moving the clock, which
 * stands still otherwise. Intervals run as the clock passes by, but it is not moved for their sake, unless it is for them
 * that the outcome is not there yet. Timers that do not come to an end are left to the next request, too.
 */
static void run(struct outcome *outcome) {
    for (int ran = 0;; ran++) {
        run_jobs();
        bool settled = settle(outcome);
        if (interrupted) {
            break;
        }
        send_rejections();
        if (timer_count == 0 || ran == MOST_TIMERS) {
            break;
        }
        uint64_t due = timers[timer_count - 1].due, time = now();
        if (due > time) {
            if (due > clock_limit || (settled && !may_wait_for_timeout())) {
                break;
            }
            uint64_t nanos = due - time;
            nanosleep(&(struct timespec){(time_t)(nanos / NANOS), (long)(nanos % NANOS)}, NULL);
        }
        spend(STEPS_A_JOB);
        run_timer();
    }
}

/* What was interrupted would go on with the next message. */
static void forget_what_waits(void) {
    engine_drop_jobs(context);
    while (timer_count > 0) {
        free_timer(take_timer(timer_count - 1));
    }
    while (rejections) {
        forget_rejection(JS_VALUE_GET_PTR(rejections->promise));
    }
}

/* The error that tells of the interruption: where it was thrown, if it was. */
static JSValue interruption(struct outcome outcome) {
    JSValue error = JS_GetException(context);
    if (!engine_is_interruption(error)) {
        JS_FreeValue(context, error);
        if (outcome.thrown && engine_is_interruption(outcome.value)) {
            error = JS_DupValue(context, outcome.value);
        } else {
            JS_ThrowInternalError(context, "interrupted");
            error = JS_GetException(context);
        }
    }
    if (JS_IsObject(error)) {
        /* Its own, so that nothing of the script's is asked for them, which could go on for ever. */
        JS_DefinePropertyValueStr(context, error, "name", JS_NewString(context, "InternalError"),
                                  JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
        JS_DefinePropertyValueStr(context, error, "message", JS_NewString(context, interrupted),
                                  JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
    }
    return error;
}

static void send_waiting(void) {
    if (timer_count > 0) {
        uint64_t due = timers[timer_count - 1].due, time = now(), nanos = due > time ? due - time : 0;
        wasmbox_writer writer = {0};
        wasmbox_write_variant(&writer, WAITING);
        wasmbox_write_u64(&writer, nanos / NANOS);
        wasmbox_write_u32(&writer, (uint32_t)(nanos % NANOS));
        wasmbox_output_value(&writer);
    }
}

static void throw_outcome(struct outcome *outcome) {
    if (!interrupted) {
        JS_FreeValue(context, outcome->value);
        *outcome = (struct outcome){.value = take_exception(), .thrown = true};
    }
}

/* Ends a request that runs something of the script's: does what waits, and answers. */
static void conclude(JSValue value, bool wrapped, bool shown) {
    struct outcome outcome = {.value = value, .wrapped = wrapped}, nothing = {.value = JS_UNDEFINED};
    if (JS_IsException(value)) {
        throw_outcome(&outcome);
    }
    run(&outcome);
    wasmbox_writer writer = {0};
    if (!outcome.thrown && !interrupted) {
        wasmbox_write_variant(&writer, VALUE);
        if (shown) {
            write_shown_value(context, &writer, outcome.value);
        } else if (!write_value(context, &writer, outcome.value)) {
            throw_outcome(&outcome);
        }
    }
    bool told = outcome.thrown && !interrupted;
    if (told) {
        write_thrown(&writer, FAILED, outcome.value);
    }
    if (!interrupted) {
        run(&nothing); /* getters may have left something waiting, too */
    }
    if (interrupted) {
        forget_what_waits();
        if (!told) {
            JSValue error = interruption(outcome);
            JS_FreeValue(context, outcome.value);
            outcome.value = error;
            write_thrown(&writer, FAILED, error);
        }
        forget_exception(context);
        interrupted = NULL;
    }
    send_waiting();
    wasmbox_output_value(&writer);
    JS_FreeValue(context, outcome.value);
}

static void begin(void) {
    nesting = 0;
    clock_limit = saturating_sum(now(), advance_nanos);
}

/* ---- Requests ------------------------------------------------------------------------------------------------------ */

/* QuickJS wants a zero behind a source. In a message, something else follows, which has been read already. */
static const char *terminated(wasmbox_string string) {
    char *text = (char *)string.bytes;
    text[string.length] = 0;
    return text;
}

/* A name as a text of C; false if it is too long to be one. */
static bool copy_name(wasmbox_string name, char *text, size_t size) {
    bool fits = name.length < size;
    size_t length = fits ? name.length : 0;
    memcpy(text, name.bytes, length);
    text[length] = 0;
    return fits && !memchr(text, 0, length);
}

static bool contains(wasmbox_string string, const char *word) {
    return memmem(string.bytes, string.length, word, strlen(word)) != NULL;
}

static void evaluate(bool shown, wasmbox_string source, const char *name) {
    /* Promises cost, so only what may need it can await; that the word is in the source is reason enough. */
    bool awaits = contains(source, "await");
    int flags = JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY | (awaits ? JS_EVAL_FLAG_ASYNC : 0);
    begin();
    JSValue script = JS_Eval(context, terminated(source), source.length, name, flags);
    JSValue value = JS_EXCEPTION;
    if (!JS_IsException(script)) {
        if (engine_allow_redeclarations(context, script)) {
            value = JS_EvalFunction(context, script);
        } else {
            JS_FreeValue(context, script);
        }
    }
    conclude(value, awaits, shown);
}

/* What a name stands for, which may have dots; `this` is what is before the last. */
static JSValue look_up(char *path, JSValue *this) {
    char *name = path, *dot = strchr(path, '.');
    if (dot) {
        *dot = 0;
    }
    JSAtom atom = JS_NewAtom(context, name);
    JSValue found = engine_global_variable(context, atom);
    JS_FreeAtom(context, atom);
    *this = JS_UNDEFINED;
    while (dot && !JS_IsException(found)) {
        name = dot + 1;
        dot = strchr(name, '.');
        if (dot) {
            *dot = 0;
        }
        JS_FreeValue(context, *this);
        *this = found;
        found = JS_GetPropertyStr(context, *this, name);
    }
    return found;
}

static void call(wasmbox_reader *reader) {
    char path[LONGEST_NAME + 1];
    bool named = copy_name(wasmbox_read_string(reader), path, sizeof path);
    size_t count = wasmbox_read_count(reader, 4);
    JSValue *values = malloc((count + 1) * sizeof *values);
    if (!values) {
        wasmbox_panic("there is no memory for %zu arguments", count);
    }
    bool there = true;
    for (size_t i = 0; i < count; i++) {
        values[i] = read_value(context, reader);
        there &= !JS_IsException(values[i]);
    }
    wasmbox_read_end(reader);
    begin();
    JSValue result = JS_EXCEPTION, this = JS_UNDEFINED;
    if (!named) {
        JS_ThrowReferenceError(context, "this is no name of a function");
    } else if (there) {
        char name[sizeof path];
        strcpy(name, path);
        JSValue function = look_up(path, &this);
        if (!JS_IsException(function) && !JS_IsFunction(context, function)) {
            JS_ThrowTypeError(context, "%s is not a function", name);
        } else if (!JS_IsException(function)) {
            result = JS_Call(context, function, this, (int)count, values);
        }
        JS_FreeValue(context, function);
    }
    for (size_t i = 0; i < count; i++) {
        JS_FreeValue(context, values[i]);
    }
    free(values);
    JS_FreeValue(context, this);
    conclude(result, false, false);
}

static void deliver(wasmbox_reader *reader) {
    JSValue message = read_value(context, reader), result = JS_EXCEPTION;
    wasmbox_read_end(reader);
    begin();
    if (JS_IsUndefined(handler)) {
        JS_ThrowTypeError(context, "there is no handler for messages; the script sets one with wasmbox.on(function)");
    } else if (!JS_IsException(message)) {
        JSValue function = JS_DupValue(context, handler);
        result = JS_Call(context, function, JS_UNDEFINED, 1, &message);
        JS_FreeValue(context, function);
    }
    JS_FreeValue(context, message);
    conclude(result, false, false);
}

static void assign(wasmbox_reader *reader) {
    wasmbox_string name = wasmbox_read_string(reader);
    JSAtom atom = JS_NewAtomLen(context, name.bytes, name.length);
    JSValue value = read_value(context, reader);
    wasmbox_read_end(reader);
    begin();
    bool assigned = !JS_IsException(value) && engine_set_global_variable(context, atom, value);
    JS_FreeAtom(context, atom);
    conclude(assigned ? JS_UNDEFINED : JS_EXCEPTION, false, false);
}

/* ---- Functions of the host ------------------------------------------------------------------------------------------ */

/* Asks the host: a String for the function's name, and a Vec of its arguments. The reply is a Result of what it returned, or
 * of a String that says why it did not. */
static JSValue call_host(JSContext *where, JSValueConst name, int count, JSValueConst *values) {
    wasmbox_writer writer = {0};
    bool written = write_string_of(where, &writer, name);
    wasmbox_write_count(&writer, (size_t)count);
    for (int i = 0; i < count && written; i++) {
        written = write_value(where, &writer, values[i]);
    }
    if (!written) {
        free(writer.bytes);
        return JS_EXCEPTION;
    }
    size_t length;
    uint8_t *reply = wasmbox_call(writer.bytes, writer.length, &length);
    free(writer.bytes);
    wasmbox_reader reader = wasmbox_read(reply, length);
    JSValue result;
    if (wasmbox_read_variant(&reader, 2) == 0) {
        result = read_value(where, &reader);
    } else {
        wasmbox_string message = wasmbox_read_string(&reader);
        JSValue error = JS_NewError(where);
        JS_DefinePropertyValueStr(where, error, "name", JS_NewString(where, "HostError"),
                                  JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
        JS_DefinePropertyValueStr(where, error, "message", JS_NewStringLen(where, message.bytes, message.length),
                                  JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
        result = JS_Throw(where, error);
    }
    wasmbox_read_end(&reader);
    free(reply);
    return result;
}

static JSValue call_defined(JSContext *where, JSValueConst this, int count, JSValueConst *values, int magic, JSValue *name) {
    (void)this;
    (void)magic;
    return call_host(where, *name, count, values);
}

static JSValue call_by_name(JSContext *where, JSValueConst this, int count, JSValueConst *values) {
    (void)this;
    return count > 0 ? call_host(where, values[0], count - 1, values + 1)
                     : JS_ThrowTypeError(where, "a call of the host needs a function's name");
}

static void define(wasmbox_reader *reader) {
    JSValue global = JS_GetGlobalObject(context);
    size_t count = wasmbox_read_count(reader, 8);
    bool defined = true;
    for (size_t i = 0; i < count; i++) {
        wasmbox_string text = wasmbox_read_string(reader);
        JSValue name = JS_NewStringLen(context, text.bytes, text.length);
        JSAtom atom = JS_NewAtomLen(context, text.bytes, text.length);
        JSValue function = JS_NewCFunctionData(context, call_defined, 0, 0, 1, &name);
        JS_DefinePropertyValueStr(context, function, "name", name, JS_PROP_CONFIGURABLE);
        defined &= JS_DefinePropertyValue(context, global, atom, function, JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE) >= 0;
        JS_FreeAtom(context, atom);
    }
    wasmbox_read_end(reader);
    JS_FreeValue(context, global);
    begin();
    conclude(defined ? JS_UNDEFINED : JS_EXCEPTION, false, false);
}

/* ---- What helps those who type ------------------------------------------------------------------------------------- */

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c & 0x80;
}

/* The names of an object's own properties that begin so; of those with digits first, none. */
static size_t write_names(wasmbox_writer *writer, JSValueConst object, wasmbox_string prefix) {
    JSPropertyEnum *names;
    uint32_t count;
    size_t written = 0;
    if (JS_GetOwnPropertyNames(context, &names, &count, object, JS_GPN_STRING_MASK) < 0) {
        forget_exception(context);
        return 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        const char *name = JS_AtomToCString(context, names[i].atom);
        if (name && is_word(*name) && !(*name >= '0' && *name <= '9') && strlen(name) >= prefix.length &&
            memcmp(name, prefix.bytes, prefix.length) == 0 && writer->length < 1 << 20) {
            size_t length = strlen(name);
            wasmbox_write_text(writer, name);
            make_well_formed(writer->bytes + writer->length - length, length);
            written++;
        }
        JS_FreeCString(context, name);
        JS_FreeAtom(context, names[i].atom);
    }
    js_free(context, names);
    return written;
}

/* A property without running anything: what a getter would give is not known. */
static JSValue quiet_property(JSValueConst object, JSAtom name) {
    JSValue at = JS_DupValue(context, object), found = JS_UNDEFINED;
    while (JS_IsObject(at) && engine_kind(context, at) != ENGINE_PROXY) {
        JSPropertyDescriptor property;
        int there = JS_GetOwnProperty(context, &property, at, name);
        if (there > 0) {
            JS_FreeValue(context, property.getter);
            JS_FreeValue(context, property.setter);
            found = property.value;
        }
        JSValue next = there ? JS_NULL : JS_GetPrototype(context, at);
        JS_FreeValue(context, at);
        at = next;
    }
    JS_FreeValue(context, at);
    return found;
}

/* What comes before the cursor ends with a path such as console.lo: the names that its last part may become. */
static void complete(wasmbox_string before) {
    size_t start = before.length;
    while (start > 0 && (is_word(before.bytes[start - 1]) || before.bytes[start - 1] == '.')) {
        start--;
    }
    JSValue global = JS_GetGlobalObject(context), object = JS_UNDEFINED;
    size_t part = start;
    for (size_t i = start; i < before.length; i++) {
        if (before.bytes[i] != '.') {
            continue;
        }
        JSAtom name = JS_NewAtomLen(context, before.bytes + part, i - part);
        JSValue next = JS_UNDEFINED;
        if (part == start) {
            next = quiet_property(engine_declared(context), name);
            if (JS_IsUndefined(next)) {
                next = quiet_property(global, name);
            }
        } else if (JS_IsObject(object)) {
            next = quiet_property(object, name);
        }
        JS_FreeAtom(context, name);
        JS_FreeValue(context, object);
        object = next;
        part = i + 1;
    }
    wasmbox_string prefix = {before.bytes + part, before.length - part};
    wasmbox_writer writer = {0}, names = {0};
    size_t count = 0;
    JSValue at;
    if (part == start) {
        count += write_names(&names, engine_declared(context), prefix);
        at = JS_DupValue(context, global);
    } else if (JS_IsString(object)) {
        JSAtom string = JS_NewAtom(context, "String"), prototype = JS_NewAtom(context, "prototype");
        JSValue constructor = quiet_property(global, string);
        at = quiet_property(constructor, prototype);
        JS_FreeValue(context, constructor);
        JS_FreeAtom(context, prototype);
        JS_FreeAtom(context, string);
    } else {
        at = JS_DupValue(context, object);
    }
    while (JS_IsObject(at) && engine_kind(context, at) != ENGINE_PROXY) {
        count += write_names(&names, at, prefix);
        JSValue next = JS_GetPrototype(context, at);
        JS_FreeValue(context, at);
        at = next;
    }
    JS_FreeValue(context, at);
    JS_FreeValue(context, object);
    JS_FreeValue(context, global);
    wasmbox_write_variant(&writer, COMPLETIONS);
    wasmbox_write_string(&writer, prefix);
    wasmbox_write_count(&writer, count);
    wasmbox_write_bytes(&writer, names.bytes, names.length);
    free(names.bytes);
    wasmbox_output_value(&writer);
}

/* Whether a source is whole, or is going to be with more lines: an error at its very end says so. */
static void parse(wasmbox_string source) {
    /* A copy, as what is behind it is not the message's. A line is added, so that an error in the end is one in that line. */
    char *text = malloc(source.length + 2);
    if (!text) {
        wasmbox_panic("there are no %zu bytes of memory for a source", source.length);
    }
    memcpy(text, source.bytes, source.length);
    memcpy(text + source.length, "\n", 2);
    int32_t lines = 1, line = 0;
    for (size_t i = 0; i < source.length; i++) {
        lines += text[i] == '\n';
    }
    JSValue script = JS_Eval(context, text, source.length + 1, "<parse>",
                             JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY | JS_EVAL_FLAG_ASYNC);
    bool complete = true;
    if (JS_IsException(script)) {
        JSValue error = JS_GetException(context);
        JSValue number = JS_GetPropertyStr(context, error, "lineNumber");
        JSValue message = JS_GetPropertyStr(context, error, "message");
        const char *words = JS_ToCString(context, message);
        complete = !(JS_ToInt32(context, &line, number) == 0 && line > lines) &&
                   !(words && (strcmp(words, "unexpected end of string") == 0 || strcmp(words, "unexpected end of comment") == 0));
        JS_FreeCString(context, words);
        JS_FreeValue(context, message);
        JS_FreeValue(context, number);
        JS_FreeValue(context, error);
        forget_exception(context);
    } else {
        JS_FreeValue(context, script);
    }
    free(text);
    wasmbox_writer writer = {0};
    wasmbox_write_variant(&writer, PARSED);
    wasmbox_write_bool(&writer, complete);
    wasmbox_output_value(&writer);
}

/* ---- What a script finds ------------------------------------------------------------------------------------------- */

static JSValue console(JSContext *where, JSValueConst this, int count, JSValueConst *values, int level) {
    (void)this;
    wasmbox_writer text = {0}, writer = {0};
    for (int i = 0; i < count; i++) {
        wasmbox_write_bytes(&text, " ", i > 0);
        show_in_text(where, &text, values[i]);
        if (text.length > MOST_OUTPUT_BYTES) {
            break; /* it is not going to be sent */
        }
    }
    wasmbox_write_variant(&writer, CONSOLE);
    wasmbox_write_variant(&writer, (uint32_t)level);
    wasmbox_write_string(&writer, (wasmbox_string){(const char *)text.bytes, text.length});
    free(text.bytes);
    return send(&writer) ? JS_UNDEFINED : JS_EXCEPTION;
}

static JSValue send_to_host(JSContext *where, JSValueConst this, int count, JSValueConst *values) {
    (void)this;
    wasmbox_writer writer = {0};
    wasmbox_write_variant(&writer, SENT);
    if (!write_value(where, &writer, count > 0 ? values[0] : JS_UNDEFINED)) {
        free(writer.bytes);
        return JS_EXCEPTION;
    }
    return send(&writer) ? JS_UNDEFINED : JS_EXCEPTION;
}

static JSValue set_handler(JSContext *where, JSValueConst this, int count, JSValueConst *values) {
    (void)this;
    bool none = count < 1 || JS_IsUndefined(values[0]) || JS_IsNull(values[0]);
    if (!none && !JS_IsFunction(where, values[0])) {
        return JS_ThrowTypeError(where, "a handler for messages is a function");
    }
    JS_FreeValue(where, handler);
    handler = none ? JS_UNDEFINED : JS_DupValue(where, values[0]);
    return JS_UNDEFINED;
}

/* From the box's entropy each time: two boxes that go on from one state are not to have the same numbers. */
static JSValue random_number(JSContext *where, JSValueConst this, int count, JSValueConst *values) {
    (void)this;
    (void)count;
    (void)values;
    uint64_t bits = 0;
    getentropy(&bits, sizeof bits);
    return JS_NewFloat64(where, (double)(bits >> 11) / 9007199254740992.0);
}

static JSValue run_microtask(JSContext *where, int count, JSValueConst *values) {
    (void)count;
    return JS_Call(where, values[0], JS_UNDEFINED, 0, NULL);
}

static JSValue queue_microtask(JSContext *where, JSValueConst this, int count, JSValueConst *values) {
    (void)this;
    if (count < 1 || !JS_IsFunction(where, values[0])) {
        return JS_ThrowTypeError(where, "a microtask is a function");
    }
    return JS_EnqueueJob(where, run_microtask, 1, values) < 0 ? JS_EXCEPTION : JS_UNDEFINED;
}

static const JSCFunctionListEntry GLOBALS[] = {
    JS_CFUNC_MAGIC_DEF("setTimeout", 2, set_timer, false),
    JS_CFUNC_MAGIC_DEF("setInterval", 2, set_timer, true),
    JS_CFUNC_DEF("clearTimeout", 1, clear_timer),
    JS_CFUNC_DEF("clearInterval", 1, clear_timer),
    JS_CFUNC_DEF("queueMicrotask", 1, queue_microtask),
};
static const JSCFunctionListEntry CONSOLE_FUNCTIONS[] = {
    JS_CFUNC_MAGIC_DEF("log", 0, console, 0),  JS_CFUNC_MAGIC_DEF("info", 0, console, 1),
    JS_CFUNC_MAGIC_DEF("warn", 0, console, 2), JS_CFUNC_MAGIC_DEF("error", 0, console, 3),
    JS_CFUNC_MAGIC_DEF("debug", 0, console, 4),
};
static const JSCFunctionListEntry BOX_FUNCTIONS[] = {
    JS_CFUNC_DEF("on", 1, set_handler),
    JS_CFUNC_DEF("send", 1, send_to_host),
    JS_CFUNC_DEF("call", 1, call_by_name),
};

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static void add_object(JSValueConst global, const char *name, const JSCFunctionListEntry *functions, int count) {
    JSValue object = JS_NewObject(context);
    JS_SetPropertyFunctionList(context, object, functions, count);
    JS_DefinePropertyValueStr(context, global, name, object, JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
}

void wasmbox_on_start(void) {
    context = engine_new_context(SCRIPT_MEMORY_BYTES);
    if (!context) {
        wasmbox_panic("there is no memory for a JavaScript context");
    }
    JSRuntime *runtime = JS_GetRuntime(context);
    JS_SetMaxStackSize(runtime, SCRIPT_STACK_BYTES);
    JS_SetInterruptHandler(runtime, poll, NULL);
    JS_SetHostPromiseRejectionTracker(runtime, track_rejection, NULL);
    handler = JS_UNDEFINED;
    JSValue global = JS_GetGlobalObject(context), math = JS_GetPropertyStr(context, global, "Math");
    JS_SetPropertyFunctionList(context, global, GLOBALS, COUNT(GLOBALS));
    JS_DefinePropertyValueStr(context, math, "random", JS_NewCFunction(context, random_number, "random", 0),
                              JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
    add_object(global, "console", CONSOLE_FUNCTIONS, COUNT(CONSOLE_FUNCTIONS));
    add_object(global, "wasmbox", BOX_FUNCTIONS, COUNT(BOX_FUNCTIONS));
    JS_FreeValue(context, math);
    JS_FreeValue(context, global);
}

void wasmbox_on_message(const uint8_t *bytes, size_t length) {
    wasmbox_reader reader = wasmbox_read(bytes, length);
    uint32_t request = wasmbox_read_variant(&reader, REQUESTS);
    outputs = 0;
    output_bytes = 0;
    interrupted = NULL;
    bounded = false;
    advance_nanos = 0;
    engine_take_reserve_back(context);
    if (request <= ASSIGN) {
        read_allowance(&reader);
    }
    if (request == EVALUATE) {
        bool shown = wasmbox_read_bool(&reader);
        wasmbox_string source = wasmbox_read_string(&reader);
        char name[LONGEST_NAME + 1];
        if (!copy_name(wasmbox_read_string(&reader), name, sizeof name)) {
            strcpy(name, "<script>");
        }
        wasmbox_read_end(&reader);
        evaluate(shown, source, name);
    } else if (request == CALL) {
        call(&reader);
    } else if (request == DELIVER) {
        deliver(&reader);
    } else if (request == RUN) {
        wasmbox_read_end(&reader);
        begin();
        conclude(JS_UNDEFINED, false, false);
    } else if (request == ASSIGN) {
        assign(&reader);
    } else if (request == DEFINE) {
        define(&reader);
    } else {
        wasmbox_string text = wasmbox_read_string(&reader);
        wasmbox_read_end(&reader);
        if (request == COMPLETE) {
            complete(text);
        } else {
            parse(text);
        }
    }
}
