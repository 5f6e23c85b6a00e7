#include "entries.h"

#include <stdlib.h>
#include <string.h>

entry *entries;

static entry **place_of(wasmbox_string name) {
    entry **place = &entries;
    while (*place != NULL && !wasmbox_equals(name, (*place)->name)) {
        place = &(*place)->next;
    }
    return place;
}

entry *entry_of(wasmbox_string name) {
    entry **place = place_of(name);
    if (*place != NULL) {
        return *place;
    }
    entry *made = calloc(1, sizeof *made);
    char *copy = calloc(1, name.length + 1);
    if (made == NULL || copy == NULL) {
        wasmbox_panic("no memory for the entry %.*s", (int)name.length, name.bytes);
    }
    memcpy(copy, name.bytes, name.length);
    made->name = copy;
    *place = made;
    return made;
}

bool remove_entry(wasmbox_string name) {
    entry **place = place_of(name);
    entry *removed = *place;
    if (removed == NULL) {
        return false;
    }
    *place = removed->next;
    free(removed->name);
    free(removed);
    return true;
}

void write_entries(wasmbox_writer *writer) {
    size_t count = 0;
    for (entry *entry = entries; entry != NULL; entry = entry->next) {
        count++;
    }
    wasmbox_write_count(writer, count);
    for (entry *entry = entries; entry != NULL; entry = entry->next) {
        wasmbox_write_text(writer, entry->name);
        wasmbox_write_i64(writer, entry->amount);
        wasmbox_write_u32(writer, entry->changes);
    }
}
