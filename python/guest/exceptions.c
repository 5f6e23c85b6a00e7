/*
 * Jumps out of functions, as Debian's C library has none: what clang makes of setjmp and longjmp calls these. They have a
 * file of their own, since where there is a setjmp clang takes their names for itself.
 */
#include "wasmbox.h"

#include <setjmp.h>

__asm__(".globl __c_longjmp\n.tagtype __c_longjmp i32\n__c_longjmp:\n");
enum { TAG_LONGJMP = 1 };

void __wasm_setjmp(jmp_buf environment, unsigned label, void *invocation) {
    environment->invocation = invocation;
    environment->label = label;
}

unsigned __wasm_setjmp_test(jmp_buf environment, void *invocation) {
    return environment->invocation == invocation ? environment->label : 0;
}

_Noreturn void __wasm_longjmp(jmp_buf environment, int value) {
    environment->jump.environment = environment;
    environment->jump.value = value ? value : 1;
    __builtin_wasm_throw(TAG_LONGJMP, &environment->jump);
}

/* MicroPython calls it for an exception that nobody catches. */
_Noreturn void nlr_jump_fail(void *exception);
_Noreturn void nlr_jump_fail(void *exception) {
    (void)exception;
    wasmbox_panic("an exception of Python's was raised where nobody catches it");
}
