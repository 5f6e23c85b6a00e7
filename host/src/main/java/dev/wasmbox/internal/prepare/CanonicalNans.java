package dev.wasmbox.internal.prepare;

import static dev.wasmbox.internal.prepare.InstructionReader.LOCAL_GET;
import static dev.wasmbox.internal.prepare.InstructionReader.LOCAL_SET;
import static dev.wasmbox.internal.prepare.InstructionReader.LOCAL_TEE;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Gives every NaN that a guest computes and could look at the same bits, on every machine and engine.
 */
final class CanonicalNans implements FunctionPass {

    /*
     * WebAssembly leaves open which NaN an arithmetic instruction gives (core specification 2.0, section 4.3.3, "NaN
     * propagation"), and the JVM gives different ones: by processor, by the order in which HotSpot's interpreter and
     * its compilers put the operands, and by Endive's interpreter or compiler. Behind each such instruction whose
     * result can be looked at, this pass inserts
     *
     *     local.tee t   T.const nan   local.get t   local.get t   T.eq   select      that is: x == x ? x : nan
     *
     * with one local t of its own per type and function. The specification's "canonical NaN" is one of the results that
     * it allows, so the rewritten function is still a correct implementation of the original.
     *
     * Most results cannot be looked at. Whether arithmetic gives a NaN does not depend on the bits of a NaN operand,
     * comparisons and truncations to integers don't see these bits either, so a result that only goes there may keep
     * whatever bits it has. To find out, the pass follows values through straight code, on a stack of what made them:
     *
     *   - a *value* is the result of an arithmetic instruction, or everything that a local variable ever holds, or
     *     what a select chose. An edge says that one value may become the other: by local.set, local.tee, select.
     *   - neg, abs and the first operand of copysign change only the sign bit: the value stays the same one.
     *   - a value is *exposed* if anything else takes it: a store, a reinterpretation, a call, the sign of copysign;
     *     and whatever is on the stack where control may go elsewhere, or before an instruction that is none of the
     *     plain ones (the whole stack then counts as taken and is forgotten).
     *   - what flows into an exposed value is exposed.
     *
     * Locals are one value each over the whole function, whatever the order of its instructions, so that loops need no
     * thought. Everything takes time and room in proportion to the function's size.
     *
     * A pass that makes locals or the stack visible elsewhere (one that saves frames, say) must come before this one.
     */

    private static final byte[] CANONICAL_F32 = {0x43, 0, 0, (byte) 0xC0, 0x7F};
    private static final byte[] CANONICAL_F64 = {0x44, 0, 0, 0, 0, 0, 0, (byte) 0xF8, 0x7F};
    private static final int F32_EQ = 0x5B;
    private static final int F64_EQ = 0x61;
    private static final int SELECT = 0x1B;

    @Override
    public FunctionBody apply(FunctionBody body) {
        BitSet exposed = exposedResults(body);
        if (exposed.isEmpty()) {
            return body;
        }
        FunctionBody.Editor editor = body.edit();
        int f32Local = -1;
        int f64Local = -1;
        for (int i = exposed.nextSetBit(0); i >= 0; i = exposed.nextSetBit(i + 1)) {
            editor.copyThrough(i);
            if (givesF32(body.opcode(i))) {
                f32Local = f32Local < 0 ? editor.addLocal(Types.F32) : f32Local;
                insert(editor.insert(), f32Local, CANONICAL_F32, F32_EQ);
            } else {
                f64Local = f64Local < 0 ? editor.addLocal(Types.F64) : f64Local;
                insert(editor.insert(), f64Local, CANONICAL_F64, F64_EQ);
            }
        }
        return editor.finish();
    }

    private static void insert(BinaryWriter code, int local, byte[] canonicalNan, int equals) {
        code.u8(LOCAL_TEE).u32(local);
        code.raw(canonicalNan);
        code.u8(LOCAL_GET).u32(local);
        code.u8(LOCAL_GET).u32(local);
        code.u8(equals).u8(SELECT);
    }

    /** {@return the instructions whose result may be a computed NaN that the guest can look at} */
    private static BitSet exposedResults(FunctionBody body) {
        for (int i = 0; i < body.size(); i++) {
            if (isUnaryArithmetic(body.opcode(i)) || isBinaryArithmetic(body.opcode(i))) {
                return new Values(body).exposedResults();
            }
        }
        return new BitSet();
    }

    private static boolean isUnaryArithmetic(int opcode) {
        return (opcode >= 0x8D && opcode <= 0x91) // f32.ceil floor trunc nearest sqrt
                || (opcode >= 0x9B && opcode <= 0x9F) // f64.ceil floor trunc nearest sqrt
                || opcode == 0xB6 // f32.demote_f64
                || opcode == 0xBB; // f64.promote_f32
    }

    private static boolean isBinaryArithmetic(int opcode) {
        return (opcode >= 0x92 && opcode <= 0x97) // f32.add sub mul div min max
                || (opcode >= 0xA0 && opcode <= 0xA5); // f64.add sub mul div min max
    }

    private static boolean givesF32(int arithmetic) {
        return arithmetic <= 0x97 || arithmetic == 0xB6;
    }

    /** The values of one function, numbered as they turn up. */
    private static final class Values {

        /** On the stack: what was not computed here, or is exposed already. */
        private static final int UNTRACKED = -1;

        private static final int NONE = -1;

        private final FunctionBody body;
        private final int[] stack;
        private int height;

        private final int[] makers;
        private int count;
        private final int[] localValues;
        private final BitSet exposed = new BitSet();

        /** The edges that lead to a value, as a list linked by their numbers. */
        private final int[] lastEdges;

        private final int[] edgeSources;
        private final int[] edgesBefore;
        private int edges;

        Values(FunctionBody body) {
            this.body = body;
            stack = new int[body.size()];
            makers = new int[body.size()];
            lastEdges = new int[body.size()];
            edgeSources = new int[2 * body.size()];
            edgesBefore = new int[2 * body.size()];
            localValues = new int[body.localCount()];
            Arrays.fill(localValues, NONE);
        }

        BitSet exposedResults() {
            for (int i = 0; i < body.size(); i++) {
                follow(i);
            }
            spread();
            BitSet instructions = new BitSet();
            exposed.stream()
                    .map(value -> makers[value])
                    .filter(maker -> maker != NONE)
                    .forEach(instructions::set);
            return instructions;
        }

        private void follow(int instruction) {
            int opcode = body.opcode(instruction);
            if (isUnaryArithmetic(opcode)) {
                pop();
                push(newValue(instruction));
            } else if (isBinaryArithmetic(opcode)) {
                pop();
                pop();
                push(newValue(instruction));
            } else {
                switch (opcode) {
                    case 0x01 -> {} // nop
                    case 0x1A -> pop(); // drop
                    case SELECT -> select();
                    case LOCAL_GET -> push(localValue(instruction));
                    case LOCAL_SET -> flow(pop(), localValue(instruction));
                    case LOCAL_TEE -> {
                        int value = pop();
                        flow(value, localValue(instruction));
                        push(value);
                    }
                    case 0x24 -> expose(pop()); // global.set
                    case 0x8B, 0x8C, 0x99, 0x9A -> {} // abs, neg: the same value
                    case 0x98, 0xA6 -> expose(pop()); // copysign: the second operand's sign shows
                    default -> followOther(opcode);
                }
            }
        }

        private void followOther(int opcode) {
            if (opcode == 0x23 || opcode == 0x3F || (opcode >= 0x41 && opcode <= 0x44)) {
                push(UNTRACKED); // global.get, memory.size, const
            } else if (opcode >= 0x5B && opcode <= 0x66) {
                pop(); // comparisons of floating-point numbers
                pop();
                push(UNTRACKED);
            } else if ((opcode >= 0xA8 && opcode <= 0xAB)
                    || (opcode >= 0xAE && opcode <= 0xB1)
                    || (opcode >= 0xFC00 && opcode <= 0xFC07)) {
                pop(); // truncations to integers
                push(UNTRACKED);
            } else if ((opcode >= 0x28 && opcode <= 0x35) // loads
                    || opcode == 0x45 // i32.eqz
                    || opcode == 0x50 // i64.eqz
                    || (opcode >= 0x67 && opcode <= 0x69) // i32.clz ctz popcnt
                    || (opcode >= 0x79 && opcode <= 0x7B) // i64.clz ctz popcnt
                    || (opcode >= 0xA7 && opcode <= 0xC4)) { // the other conversions, reinterpretations among them
                expose(pop());
                push(UNTRACKED);
            } else if (opcode >= 0x46 && opcode <= 0x8A) { // the other operators on integers
                expose(pop());
                expose(pop());
                push(UNTRACKED);
            } else if (opcode >= 0x36 && opcode <= 0x3E) { // stores
                expose(pop());
                expose(pop());
            } else {
                while (height > 0) {
                    expose(pop());
                }
            }
        }

        private void select() {
            pop();
            int second = pop();
            int first = pop();
            int chosen = newValue(NONE);
            flow(first, chosen);
            flow(second, chosen);
            push(chosen);
        }

        private int newValue(int maker) {
            makers[count] = maker;
            lastEdges[count] = NONE;
            return count++;
        }

        private int localValue(int instruction) {
            int local = body.operand(instruction);
            if (Integer.compareUnsigned(local, localValues.length) >= 0) {
                return UNTRACKED; // no such local: the engine's validation will say so
            }
            if (localValues[local] == NONE) {
                localValues[local] = newValue(NONE);
            }
            return localValues[local];
        }

        private void push(int value) {
            stack[height++] = value;
        }

        private int pop() {
            return height == 0 ? UNTRACKED : stack[--height];
        }

        private void flow(int from, int to) {
            if (to == UNTRACKED) {
                expose(from);
            } else if (from != UNTRACKED) {
                edgeSources[edges] = from;
                edgesBefore[edges] = lastEdges[to];
                lastEdges[to] = edges++;
            }
        }

        private void expose(int value) {
            if (value != UNTRACKED) {
                exposed.set(value);
            }
        }

        /** Exposes everything that flows into what is exposed. */
        private void spread() {
            int[] pending = new int[count];
            int size = 0;
            for (int value = exposed.nextSetBit(0); value >= 0; value = exposed.nextSetBit(value + 1)) {
                pending[size++] = value;
            }
            while (size > 0) {
                int value = pending[--size];
                for (int edge = lastEdges[value]; edge != NONE; edge = edgesBefore[edge]) {
                    int source = edgeSources[edge];
                    if (!exposed.get(source)) {
                        exposed.set(source);
                        pending[size++] = source;
                    }
                }
            }
        }
    }
}
