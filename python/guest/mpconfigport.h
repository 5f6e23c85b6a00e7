/* Which MicroPython it is: all that makes it more of a Python, and nothing that reaches out of the box or into its memory. */
#pragma once

#include <alloca.h>
#include <stdint.h>

#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EVERYTHING)

/* ---- How values are kept ------------------------------------------------------------------------------------------- */

/* A value takes 64 bits, in which a float and an int of 47 bits fit: computing with them leaves no garbage. */
#define MICROPY_OBJ_REPR (MICROPY_OBJ_REPR_D)
#define MICROPY_FLOAT_IMPL (MICROPY_FLOAT_IMPL_DOUBLE)
#define MICROPY_LONGINT_IMPL (MICROPY_LONGINT_IMPL_MPZ)
typedef int64_t mp_int_t;
typedef uint64_t mp_uint_t;
typedef long mp_off_t;
#define INT_FMT "%lld"
#define UINT_FMT "%llu"
#define MP_SSIZE_MAX (INT32_MAX)

/* ---- Memory -------------------------------------------------------------------------------------------------------- */

#define MICROPY_ENABLE_GC (1)
#define MICROPY_BYTES_PER_GC_BLOCK (16)
#define MICROPY_GC_SPLIT_HEAP (1)
#define MICROPY_ALLOC_GC_STACK_SIZE (1024)
#define MICROPY_GC_SPLIT_HEAP_AUTO (1)
#define MICROPY_PY_GC_COLLECT_RETVAL (0)
#define MICROPY_ENABLE_FINALISER (0) /* they would run within whatever the garbage is collected in */
#define MP_PLAT_ALLOC_HEAP(size) python_heap_new(size)
#define MP_PLAT_FREE_HEAP(heap) python_heap_free(heap)
void *python_heap_new(unsigned long size);
void python_heap_free(void *heap);

#define MICROPY_ENABLE_EMERGENCY_EXCEPTION_BUF (1)
#define MICROPY_EMERGENCY_EXCEPTION_BUF_SIZE (512)

/* What grows while a source is read doubles, so that a long line takes its length in time and not the square of it. */
#define MICROPY_ALLOC_PARSE_RULE_INC (parser->rule_stack_alloc)
#define MICROPY_ALLOC_PARSE_RESULT_INC (parser->result_stack_alloc)

/* ---- Calls --------------------------------------------------------------------------------------------------------- */

#define MICROPY_NLR_SETJMP (1)
#define MICROPY_STACK_CHECK (1)

/* A program's calls of its own functions take no calls in C: their frames are in a stack of their own. So between two steps
 * of a program everything that is alive is in memory, and its garbage can be collected. What is in WebAssembly's local
 * variables could not be found: when a program's function is called from C, collecting waits until that has returned. */
#define MICROPY_STACKLESS (1)
#define MICROPY_STACKLESS_STRICT (1)
#define MICROPY_ENABLE_PYSTACK (1)
extern const void *python_outermost;
extern int python_countdown;
void python_look(const void *frame);
#define MICROPY_VM_HOOK_INIT \
    if (python_outermost == NULL) { \
        python_outermost = &nlr; \
    }
#define MICROPY_VM_HOOK_LOOP \
    if (--python_countdown < 0) { \
        python_look(&nlr); \
    }

/* ---- The language -------------------------------------------------------------------------------------------------- */

#define MICROPY_ENABLE_COMPILER (1)
#define MICROPY_KBD_EXCEPTION (1)
#define MICROPY_ENABLE_VM_ABORT (1)
#define MICROPY_ENABLE_DOC_STRING (1) /* otherwise the parser drops the expression 42 */
#define MICROPY_ENABLE_SCHEDULER (0)
#define MICROPY_ENABLE_EXTERNAL_IMPORT (0)
#define MICROPY_ERROR_REPORTING (MICROPY_ERROR_REPORTING_DETAILED)
#define MICROPY_USE_INTERNAL_PRINTF (0)
#define MICROPY_USE_INTERNAL_ERRNO (1)
#define MICROPY_QSTR_BYTES_IN_LEN (2)
#define MICROPY_PERSISTENT_CODE_LOAD (0)
#define MICROPY_PERSISTENT_CODE_SAVE (0)
#define MICROPY_PY_FUNCTION_ATTRS_CODE (0)
#define MICROPY_PY_BUILTINS_INPUT (0)
#define MICROPY_PY_BUILTINS_HELP (0)
#define MICROPY_PY_BUILTINS_EXECFILE (0)

/* ---- Modules ------------------------------------------------------------------------------------------------------- */

#define MICROPY_EPOCH_IS_1970 (1)
#define MICROPY_PY_TIME_GMTIME_LOCALTIME_MKTIME (1)
#define MICROPY_PY_TIME_TIME_TIME_NS (1)
#define MICROPY_PY_TIME_INCLUDEFILE "python_time.h"
#define MICROPY_PY_SYS_PLATFORM "wasmbox"
#define MICROPY_PY_SYS_PATH (0)
#define MICROPY_PY_SYS_ARGV (1)
#define MICROPY_PY_SYS_PATH_ARGV_DEFAULTS (1)
#define MICROPY_PY_SYS_PS1_PS2 (0)
#define MICROPY_PY_SYS_STDFILES (1)
#define MICROPY_PY_SYS_STDIO_BUFFER (0)
#define MICROPY_PY_IO_BUFFEREDWRITER (0) /* does not compile with values of 64 bits */
#define MICROPY_PY_RE_DEBUG (0)
#define MICROPY_PY_RANDOM (0) /* ours draws from the box's entropy: modules.c */
#define MICROPY_PY_MARSHAL (0) /* takes any bytes for code */
#define MICROPY_PY_UCTYPES (0) /* reads and writes any memory */
#define MICROPY_PY_MICROPYTHON_MEM_INFO (0)
#define MICROPY_PY_MICROPYTHON_HEAP_LOCKED (0)
#define MICROPY_PY_ASYNCIO (0)
#define MICROPY_PY_DEFLATE (0)
#define MICROPY_PY_FRAMEBUF (0)
#define MICROPY_PY_MACHINE (0)
#define MICROPY_PY_OS (0)
#define MICROPY_PY_PLATFORM (0)
#define MICROPY_PY_SELECT (0)
#define MICROPY_PY_THREAD (0)
#define MICROPY_VFS (0)

#define MICROPY_HW_BOARD_NAME "WasmBox"
#define MICROPY_HW_MCU_NAME "WebAssembly"

#define MP_STATE_PORT MP_STATE_VM
