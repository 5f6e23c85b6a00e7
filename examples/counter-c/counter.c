#define WASMBOX_IMPLEMENTATION
#include "wasmbox.h"

WASMBOX_CONTRACT(wasmbox 1; codec "bincode-1"; input String; output String;)

static int count;

void wasmbox_on_message(const uint8_t *bytes, size_t length) {
    wasmbox_string message = wasmbox_message_string(bytes, length);
    if (wasmbox_equals(message, "up")) {
        count++;
    } else if (wasmbox_equals(message, "down")) {
        count--;
    } else {
        return;
    }
    wasmbox_output_format("value=%d", count);
}
