# Rewrites quickjs.c so that each operation of its main loop, JS_CallInternal, is a function of its own. The text of the operations
# stays as it is; what they need of the loop's variables becomes parameters, of which the compiler leaves out those that an
# operation has no use for. Why: see docs/RATIONALE.md.
#
# An operation returns where to go on: the instruction in the upper half, the stack's top in the lower. No instruction means that
# it threw; then the instruction is in the frame. run_operations() does so until it meets one of those that call or leave the
# function: they stay where they were, so that a call in a script takes one frame of the Java virtual machine's stack.
BEGIN {
    leaves["done"] = leaves["done_generator"] = leaves["restart"] = 1
    parameters = "JSContext *caller_ctx, JSValueConst func_obj, JSValueConst this_obj, JSValueConst new_target, int argc, " \
        "JSValue *argv, JSContext *ctx, JSObject *p, JSStackFrame *sf, JSFunctionBytecode *b, JSVarRef **var_refs, " \
        "JSValue *var_buf, JSValue *arg_buf, JSValue *stack_buf, JSValue *sp, const uint8_t *pc, int opcode"
    arguments = "caller_ctx, func_obj, this_obj, new_target, argc, argv, ctx, p, sf, b, var_refs, var_buf, arg_buf, stack_buf, sp, pc"
}

# Before the main loop, and after it. A jump through a table of addresses takes one access more than a switch.
/^#define DIRECT_DISPATCH/ { $0 = "#define DIRECT_DISPATCH 0" }
/^static JSValue JS_CallInternal\(JSContext \*caller_ctx/ { place = "head" }
place == "head" && /^        CASE\(/ { place = "operations" }
place == "head" { head = head $0 "\n"; next }
place != "operations" { print; next }

# The operations: groups of labels, each with its code.
/^        }/ { write(); place = "tail"; next }
/^#if 0/ { skipping = 1 }
/^#endif/ { skipping = 0; next }
skipping || /^#if SHORT_OPCODES/ { next }
/^ *#define/ || continued { macros = macros $0 "\n"; continued = /\\$/; next }
/^        (CASE|DEFAULT)/ || /^            OP_CMP\(/ {
    if (!labelling) { group++; same[group] = group; code[group] = ""; labels[group] = "" }
    if (match($0, /OP_[a-z][a-z_0-9]*/)) labels[group] = labels[group] " " substr($0, RSTART, RLENGTH)
    if (/DEFAULT/) { code[group] = code[group] "        default:\n"; labelling = 0; next }
    labelling = /^ *CASE\([A-Za-z_0-9]*\): *(\/\*.*\*\/)?$/
    code[group] = code[group] $0 "\n"
    if (!labelling) jumps($0)
    next
}
/[^ ]/ { labelling = 0; code[group] = code[group] $0 "\n"; jumps($0) }

END {
    if (place != "tail" || group < 200) { print "this is no quickjs.c whose main loop is known" >"/dev/stderr"; exit 1 }
}

# Groups that share a label to jump to have to be in one function.
function jumps(line,    words, i) {
    if (match(line, /^ *[a-z_]+:/)) meet(substr(line, 1, RLENGTH - 1))
    split(line, words, /[^A-Za-z0-9_]+/)
    for (i = 1; i in words; i++) {
        if (words[i] != "goto" || words[i + 1] == "exception") continue
        if (words[i + 1] in leaves) leaving[group] = 1
        else meet(words[i + 1])
    }
}
function meet(label) {
    gsub(/ /, "", label)
    if (label == "default") return
    if (label in known) same[function_of(group)] = function_of(known[label])
    known[label] = group
}
function function_of(one) { while (same[one] != one) one = same[one]; return one }

function name(one,    each) { split(labels[one], each, " "); sub(/^OP_/, "operation_", each[1]); return each[1] }
function cases(one,    each, i) {
    split(labels[one], each, " ")
    for (i = 1; i in each; i++) print "        case " each[i] ":"
}

function write(    f, g, go_on) {
    for (g = 1; g <= group; g++) if (leaving[g]) leaving[function_of(g)] = 1
    print "#define CASE(op) case op\n#define BREAK break\n" macros
    for (f = 1; f <= group; f++) {
        if (function_of(f) != f || leaving[f]) continue
        print "static inline __attribute__((always_inline)) uint64_t all_of_" name(f) "(" parameters ") {"
        print "    JSRuntime *rt = ctx->rt;\n    JSValue ret_val, *call_argv;\n    int i, call_argc;\n    switch (opcode) {"
        for (g = 1; g <= group; g++) if (function_of(g) == f) printf "%s", code[g]
        print "    }\n    return (uint64_t)(uintptr_t)pc << 32 | (uintptr_t)sp;"
        print "exception:\n    sf->cur_pc = pc;\n    return (uintptr_t)sp;\n}"
        # Where it is known which operation it is, the compiler leaves out the others.
        for (g = 1; g <= group; g++) if (function_of(g) == f) {
            print "static no_inline uint64_t " name(g) "(" parameters ") {"
            print "    return all_of_" name(f) "(" arguments "," (labels[g] ~ / .* / || code[g] ~ /\n        default:/ ? " opcode" : labels[g]) ");\n}"
        }
    }
    go_on = "sp = (JSValue *)(uintptr_t)(uint32_t)next;\n        pc = (const uint8_t *)(uintptr_t)(next >> 32);\n"
    print "static no_inline uint64_t run_operations(" parameters ") {\n    for (;;) {\n        uint64_t next;"
    print "        switch (opcode = *pc++) {"
    for (g = 1; g <= group; g++) {
        cases(g)
        if (leaving[function_of(g)]) print "            return (uint64_t)(uintptr_t)(pc - 1) << 32 | (uintptr_t)sp;"
        else print "            next = " name(g) "(" arguments ", opcode);\n            break;"
    }
    print "        default:\n            next = operation_invalid(" arguments ", opcode);\n        }"
    print "        " go_on "        if (unlikely(!pc)) {\n            return next;\n        }\n    }\n}"
    sub(/ *SWITCH\(pc\) {/, "        uint64_t next = run_operations(" arguments ", 0);\n        " go_on \
        "        if (unlikely(!pc)) {\n            pc = sf->cur_pc;\n            goto exception;\n        }\n&", head)
    printf "%s", head
    for (g = 1; g <= group; g++) if (leaving[function_of(g)]) printf "%s", code[g]
    print "        default:\n            __builtin_unreachable();\n        }"
}
