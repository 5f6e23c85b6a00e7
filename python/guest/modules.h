/* The modules that a program finds which are not MicroPython's. */
#pragma once

#include "py/obj.h"

extern const mp_obj_module_t wasmbox_module;

/* A function of the program's that calls the host's of this name, a str. */
mp_obj_t new_host_function(mp_obj_t name);
