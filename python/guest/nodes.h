/* The kinds of nodes that MicroPython's parser makes, numbered as in its compile.c. */
#pragma once

enum {
#define DEF_RULE(rule, compile, kind, ...) PN_##rule,
#define DEF_RULE_NC(rule, kind, ...)
#include "py/grammar.h"
#undef DEF_RULE
#undef DEF_RULE_NC
    PN_const_object,
};
