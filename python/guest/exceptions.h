/*
 * Included before all else. MicroPython's own function for this is called between others that may raise, just before setjmp,
 * which may not; what clang makes of that catches references to exceptions, which WasmBox refuses. Inlined, it is no call.
 */
#pragma once

#if __has_include("genhdr/qstrdefs.generated.h") /* which MicroPython's headers need, and which is made of sources first */
#include <stdarg.h> /* without which MicroPython's headers lack a function */

#include "py/mpstate.h"

extern inline __attribute__((gnu_inline, always_inline)) unsigned nlr_push_tail(nlr_buf_t *top) {
    top->prev = MP_STATE_THREAD(nlr_top);
    MP_NLR_SAVE_PYSTACK(top);
    MP_STATE_THREAD(nlr_top) = top;
    return 0;
}
#endif
