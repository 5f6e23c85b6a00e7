/* Jumps out of functions, which Debian's C library for WebAssembly does not have yet; exceptions.c has what clang calls for
 * them. Clang makes exceptions of WebAssembly of them (-mllvm -wasm-enable-sjlj). */
#pragma once

typedef struct {
    void *invocation;
    unsigned label;
    struct {
        void *environment;
        int value;
    } jump;
} jmp_buf[1];

int setjmp(jmp_buf environment) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf environment, int value);
