package dev.wasmbox.internal.prepare;

import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.internal.prepare.ModuleReader.Section;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * Rewrites a guest's module before the engine sees it, so that it behaves the same everywhere and does nothing behind
 * the host's back.
 *
 * <p><b>Error handling.</b> The bytes may be anything: what is not a well-formed module, or needs what a box does not
 * have, is an {@link InvalidModuleException}, and nothing else is ever thrown. A module that comes through is
 * well-formed, not yet valid: its types are for the engine to check, and what has to be rewritten keeps it as valid as
 * it was.
 *
 * <p><b>Thread safety and ownership.</b> A pure function; it keeps no state and changes no array that it is given.
 */
public final class ModulePreparation {

    /*
     * The module is read once from its first byte to its last (core specification 2.0, chapter 5, "Binary Format"; the
     * instructions are in section 5.4). All sections are copied as they are but two:
     *
     *   - the start section is left out, as its function would run whenever the module is instantiated, also where
     *     a state is about to be restored over what it did. The host calls it.
     *   - in the code section each body goes through the passes, one after the other. A pass gets a body taken apart
     *     and returns it rewritten or as it was, so it can be written and read without the others. Bodies that no pass
     *     touches are copied; if that is so for all, and there is no start section, so is the module.
     *
     * Nothing that has a number changes it: functions, types and locals keep theirs, so that exports, element segments
     * and the `name` section go on being right.
     */

    /** To be raised whenever a module may come out otherwise than before: code compiled from it before is of no use then. */
    public static final int VERSION = 3;

    /** A function that is shorter fits into a Java method, and is not interpreted in a compiled module. */
    private static final int COMPILED_BYTES = 4096;

    /** A body of three bytes: no locals, unreachable, end. */
    private static final byte[] TRAP = {3, 0, 0x00, 0x0B};

    /** In this order. CanonicalNans says why it is last. */
    private static final List<FunctionPass> PASSES =
            List.of(new FarAccesses(), new NarrowStores(0), new NarrowProducts(), new CanonicalNans());

    private static final List<FunctionPass> PASSES_FOR_COMPILED_CODE =
            List.of(new FarAccesses(), new NarrowStores(COMPILED_BYTES), new NarrowProducts(), new CanonicalNans());

    private ModulePreparation() {}

    /**
     * Checks that the bytes are a module, and rewrites it.
     *
     * @param wasm the bytes as they came
     * @return what the engine gets
     * @throws InvalidModuleException if they are no well-formed module, or one that a box cannot run
     */
    public static PreparedModule prepare(byte[] wasm) {
        return prepare(wasm, PASSES);
    }

    /**
     * Checks that the bytes are a module, and rewrites it for compilation: it is spared what only the interpreter needs.
     *
     * @param wasm the bytes as they came
     * @return what the engine gets
     * @throws InvalidModuleException if they are no well-formed module, or one that a box cannot run
     */
    public static PreparedModule prepareForCompilation(byte[] wasm) {
        return prepare(wasm, PASSES_FOR_COMPILED_CODE);
    }

    /**
     * A prepared module without the code of some functions, for an engine that has theirs in another form.
     *
     * @param prepared the module
     * @param needed whether the code of the function with this index stays; the others do nothing but trap
     * @return the module, as valid as it was
     */
    public static byte[] outline(byte[] prepared, IntPredicate needed) {
        ModuleReader module = new ModuleReader(prepared);
        BinaryWriter outline = new BinaryWriter(prepared.length);
        int copied = 0;
        for (Section section : module.sections()) {
            if (section.number() == ModuleReader.CODE) {
                BinaryReader reader =
                        new BinaryReader(prepared, section.contentStart(), section.end(), "the code section");
                int count = reader.count(2, "function bodies");
                BinaryWriter code = new BinaryWriter(section.end() - section.start()).u32(count);
                for (int i = 0; i < count; i++) {
                    int start = reader.position();
                    BinaryReader body = reader.part("a function of the code section");
                    if (needed.test(module.importedFunctions() + i)) {
                        code.raw(prepared, start, body.position() + body.remaining());
                    } else {
                        code.raw(TRAP);
                    }
                }
                outline.raw(prepared, copied, section.start());
                outline.u8(ModuleReader.CODE).u32(code.size()).raw(code);
                copied = section.end();
            }
        }
        return outline.raw(prepared, copied, prepared.length).toBytes();
    }

    /**
     * Reads what a module says that is not for the engine, where that has what it needs from before.
     *
     * @param wasm a module that was prepared once
     * @return the module as it is, not rewritten
     */
    public static PreparedModule withoutCode(byte[] wasm) {
        ModuleReader module = new ModuleReader(wasm);
        return new PreparedModule(wasm, startFunction(module), module.customSections());
    }

    private static OptionalInt startFunction(ModuleReader module) {
        int start = module.startFunction();
        return start < 0 ? OptionalInt.empty() : OptionalInt.of(start);
    }

    private static PreparedModule prepare(byte[] wasm, List<FunctionPass> passes) {
        ModuleReader module = new ModuleReader(wasm);
        BinaryWriter prepared = new BinaryWriter(wasm.length + wasm.length / 8);
        int copied = 0;
        boolean changed = false;
        for (Section section : module.sections()) {
            if (section.number() == ModuleReader.START) {
                prepared.raw(wasm, copied, section.start());
                copied = section.end();
                changed = true;
            } else if (section.number() == ModuleReader.CODE) {
                BinaryWriter code = new BinaryWriter(section.end() - section.start());
                if (rewriteCode(wasm, section, module, passes, code)) {
                    prepared.raw(wasm, copied, section.start());
                    prepared.u8(ModuleReader.CODE).u32(code.size()).raw(code);
                    copied = section.end();
                    changed = true;
                }
            }
        }
        return new PreparedModule(
                changed ? prepared.raw(wasm, copied, wasm.length).toBytes() : wasm,
                startFunction(module),
                module.customSections());
    }

    /** Writes the content of a new code section, and returns whether it is another one than before. */
    private static boolean rewriteCode(
            byte[] wasm, Section section, ModuleReader module, List<FunctionPass> passes, BinaryWriter code) {
        BinaryReader reader = new BinaryReader(wasm, section.contentStart(), section.end(), "the code section");
        int offset = reader.position();
        int count = reader.count(2, "function bodies");
        List<FunctionType> types = module.definedFunctions();
        if (count != types.size()) {
            throw reader.malformed(offset, types.size() + " function bodies", String.valueOf(count));
        }
        code.u32(count);
        boolean changed = false;
        long localsLeft = (long) FunctionBody.MAXIMUM_LOCALS + wasm.length;
        for (int i = 0; i < count; i++) {
            String place = "function " + (module.importedFunctions() + i) + " of the code section";
            BinaryReader bodyReader = reader.part(place);
            FunctionBody body = new FunctionBody(types.get(i), wasm, bodyReader);
            localsLeft -= body.declaredLocals();
            if (localsLeft < 0) {
                throw reader.malformed(
                        bodyReader.position(), "not more locals in all functions than the module has bytes", "more");
            }
            FunctionBody rewritten = body;
            for (FunctionPass pass : passes) {
                rewritten = pass.apply(rewritten);
            }
            rewritten.writeTo(code);
            changed |= rewritten != body;
        }
        reader.expectEnd();
        return changed;
    }
}
