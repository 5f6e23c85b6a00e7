/* What MicroPython's modules need of a machine: here, of the box. */
#pragma once

#include "py/mpconfig.h"
#include <stdint.h>

/* The realtime clock, and the one that never goes back. Both stand still but for sleeping, which moves them. */
uint64_t mp_hal_time_ns(void);
mp_uint_t mp_hal_ticks_us(void);
mp_uint_t mp_hal_ticks_ms(void);
#define mp_hal_ticks_cpu mp_hal_ticks_us

/* Nobody types here. */
#define mp_hal_set_interrupt_char(character) ((void)(character))
