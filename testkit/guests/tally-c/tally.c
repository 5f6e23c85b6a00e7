#include "entries.h"

#include <inttypes.h>
#include <stdio.h>

#define WASMBOX_IMPLEMENTATION
#include "wasmbox.h"

WASMBOX_CONTRACT(
    wasmbox 1;
    codec "bincode-1";
    input tally::Command;
    output tally::Answer;

    enum tally::Command {
        Add { name: String, amount: i64 },
        Remove(String),
        Replace(Vec<tally::Entry>),
        Change(tally::Numbers),
        Say(Option<String>),
        Stop,
    }
    struct tally::Entry { name: String, amount: i64, changes: u32 }
    struct tally::Answer { entries: Vec<tally::Entry>, mean: Option<f64>, numbers: Option<tally::Numbers> }
    struct tally::Numbers {
        a: u8, b: u16, c: u32, d: u64, e: i8, f: i16, g: i32, h: i64, i: f32, j: f64, k: bool,
    }
)

typedef enum { ADD, REMOVE, REPLACE, CHANGE, SAY, STOP } command;

typedef struct {
    uint8_t a;
    uint16_t b;
    uint32_t c;
    uint64_t d;
    int8_t e;
    int16_t f;
    int32_t g;
    int64_t h;
    float i;
    double j;
    bool k;
} numbers;

/* The latest amounts, whose mean is told. */
static int64_t latest[500];
static uint32_t added;

static void add(wasmbox_string name, int64_t amount) {
    entry *entry = entry_of(name);
    entry->amount += amount;
    entry->changes++;
    latest[added++ % 500] = amount;
    printf("%s: %" PRId64 " and so %" PRId64 "\n", entry->name, amount, entry->amount);
}

static void replace(wasmbox_reader *in) {
    while (entries != NULL) {
        wasmbox_string name = {entries->name, strlen(entries->name)};
        remove_entry(name);
    }
    for (size_t left = wasmbox_read_count(in, 20); left > 0; left--) {
        entry *entry = entry_of(wasmbox_read_string(in));
        entry->amount = wasmbox_read_i64(in);
        entry->changes = wasmbox_read_u32(in);
    }
}

static numbers read_changed_numbers(wasmbox_reader *in) {
    numbers changed;
    changed.a = wasmbox_read_u8(in) + 1;
    changed.b = wasmbox_read_u16(in) + 1;
    changed.c = wasmbox_read_u32(in) + 1;
    changed.d = wasmbox_read_u64(in) + 1;
    changed.e = wasmbox_read_i8(in) - 1;
    changed.f = wasmbox_read_i16(in) - 1;
    changed.g = wasmbox_read_i32(in) / 2;
    changed.h = wasmbox_read_i64(in) / 2;
    changed.i = wasmbox_read_f32(in) / 2;
    changed.j = wasmbox_read_f64(in) / 2;
    changed.k = !wasmbox_read_bool(in);
    return changed;
}

static void write_numbers(wasmbox_writer *out, const numbers *numbers) {
    wasmbox_write_u8(out, numbers->a);
    wasmbox_write_u16(out, numbers->b);
    wasmbox_write_u32(out, numbers->c);
    wasmbox_write_u64(out, numbers->d);
    wasmbox_write_i8(out, numbers->e);
    wasmbox_write_i16(out, numbers->f);
    wasmbox_write_i32(out, numbers->g);
    wasmbox_write_i64(out, numbers->h);
    wasmbox_write_f32(out, numbers->i);
    wasmbox_write_f64(out, numbers->j);
    wasmbox_write_bool(out, numbers->k);
}

static void answer(const numbers *numbers) {
    wasmbox_writer out = {0};
    write_entries(&out);
    wasmbox_write_option(&out, added > 0);
    if (added > 0) {
        uint32_t count = added < 500 ? added : 500;
        double sum = 0;
        for (uint32_t i = 0; i < count; i++) {
            sum += (double)latest[i];
        }
        wasmbox_write_f64(&out, sum / count);
    }
    wasmbox_write_option(&out, numbers != NULL);
    if (numbers != NULL) {
        write_numbers(&out, numbers);
    }
    wasmbox_output_value(&out);
}

void wasmbox_on_start(void) {
    printf("the tally begins\n");
}

void wasmbox_on_message(const uint8_t *bytes, size_t length) {
    wasmbox_reader in = wasmbox_read(bytes, length);
    numbers changed;
    const numbers *told = NULL;
    switch ((command)wasmbox_read_variant(&in, STOP + 1)) {
        case ADD: {
            wasmbox_string name = wasmbox_read_string(&in);
            add(name, wasmbox_read_i64(&in));
            break;
        }
        case REMOVE: {
            wasmbox_string name = wasmbox_read_string(&in);
            if (!remove_entry(name)) {
                fprintf(stderr, "there is no %.*s\n", (int)name.length, name.bytes);
            }
            break;
        }
        case REPLACE:
            replace(&in);
            break;
        case CHANGE:
            changed = read_changed_numbers(&in);
            told = &changed;
            break;
        case SAY:
            if (wasmbox_read_option(&in)) {
                wasmbox_string text = wasmbox_read_string(&in);
                printf("%.*s\n", (int)text.length, text.bytes);
            }
            break;
        case STOP:
            wasmbox_finish();
            break;
    }
    wasmbox_read_end(&in);
    answer(told);
}

void wasmbox_export_state(void) {
    wasmbox_writer out = {0};
    write_entries(&out);
    wasmbox_output_value(&out);
}

void wasmbox_import_state(const uint8_t *bytes, size_t length) {
    wasmbox_reader in = wasmbox_read(bytes, length);
    replace(&in);
    wasmbox_read_end(&in);
}
