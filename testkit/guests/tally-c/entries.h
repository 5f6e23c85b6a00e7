#include "wasmbox.h"

typedef struct entry {
    struct entry *next;
    char *name;
    int64_t amount;
    uint32_t changes;
} entry;

/* All entries, in the order in which they were made. */
extern entry *entries;

/* The entry of that name, which is made if there is none. */
entry *entry_of(wasmbox_string name);

/* Whether there was one. */
bool remove_entry(wasmbox_string name);

void write_entries(wasmbox_writer *writer);
