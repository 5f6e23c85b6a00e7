/* time.time() and time.localtime(), of the box's clock. Included by MicroPython's module. */
#include "py/obj.h"

#include "shared/timeutils/timeutils.h"

#include <math.h>

/* What time.time() gives is taken by time.gmtime(), too. */
static mp_int_t python_time_seconds(mp_obj_t time) {
    return mp_obj_is_float(time) ? (mp_int_t)floor(mp_obj_float_get(time)) : mp_obj_get_int(time);
}
#define mp_obj_get_int python_time_seconds

static mp_obj_t mp_time_time_get(void) {
    return mp_obj_new_float((mp_float_t)mp_hal_time_ns() / 1e9);
}

static mp_obj_t mp_time_localtime_get(void) {
    timeutils_struct_time_t time;
    timeutils_seconds_since_epoch_to_struct_time(mp_hal_time_ns() / 1000000000, &time);
    mp_obj_t fields[8] = {
        mp_obj_new_int(time.tm_year), mp_obj_new_int(time.tm_mon), mp_obj_new_int(time.tm_mday),  mp_obj_new_int(time.tm_hour),
        mp_obj_new_int(time.tm_min),  mp_obj_new_int(time.tm_sec), mp_obj_new_int(time.tm_wday), mp_obj_new_int(time.tm_yday),
    };
    return mp_obj_new_tuple(8, fields);
}
