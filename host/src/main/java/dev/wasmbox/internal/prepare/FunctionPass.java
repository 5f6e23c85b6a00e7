package dev.wasmbox.internal.prepare;

/**
 * One rewriting of a function's body, which knows nothing of the passes before and after it. Function indices, type
 * indices and existing locals keep their numbers; a pass may add locals, and sees its predecessor's.
 */
@FunctionalInterface
interface FunctionPass {

    /** {@return the body rewritten, or the same object if there is nothing to rewrite} */
    FunctionBody apply(FunctionBody body);
}
