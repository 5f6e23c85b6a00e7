package dev.wasmbox.cli;

import dev.wasmbox.GlobalContents;
import dev.wasmbox.MemoryContents;
import dev.wasmbox.Snapshot;
import dev.wasmbox.inspect.ModuleLayout;
import dev.wasmbox.inspect.Region;
import dev.wasmbox.inspect.SnapshotFileInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What {@code inspect} tells of a snapshot, for programs and for people. */
final class SnapshotFacts {

    private final Facts facts;

    SnapshotFacts(Facts facts) {
        this.facts = facts;
    }

    /** What a file's form is called. */
    static String form(SnapshotFileInfo info) {
        return switch (info.form()) {
            case WHOLE -> info.containsModule() ? "self-contained" : "whole";
            case DELTA_FROM_BASE -> "from-base";
            case DELTA -> "delta";
        };
    }

    /** What a file's form is, in words. */
    static String formText(SnapshotFileInfo info) {
        return switch (info.form()) {
            case WHOLE -> form(info);
            case DELTA_FROM_BASE -> "delta from its module's base";
            case DELTA -> "delta from " + info.parentDigest().orElse("").substring(0, 12) + "...";
        };
    }

    /** What can be told of a file without what it is told as the difference from. */
    void identity(SnapshotFileInfo info) {
        facts.add("module", info.moduleDigest());
        facts.add("digest", info.digest());
    }

    /** What the state consists of. */
    void state(Snapshot snapshot, ModuleLayout layout) {
        facts.add(
                "clock",
                snapshot.clock().toEpochMilli(),
                snapshot.clock().toEpochMilli() + " (" + snapshot.clock() + ")");
        facts.add("uptimeNanos", snapshot.uptime().toNanos(), "uptime", Text.duration(snapshot.uptime()));
        facts.add("messages", snapshot.messages());
        facts.add("outputs", snapshot.outputs());
        facts.add("finished", snapshot.finished(), snapshot.finished() ? "yes" : "no");
        facts.add(
                "entropyPosition",
                snapshot.entropyPosition(),
                "entropy",
                Text.plural(snapshot.entropyPosition(), "byte") + " of its seed used");
        facts.add("memoryBytes", snapshot.memoryBytes(), "memory size", Sizes.text(snapshot.memoryBytes()));
        memories(snapshot, layout);
        globals(snapshot, layout);
        List<Integer> tables =
                snapshot.tables().stream().map(table -> table.length).toList();
        facts.add(
                "tables",
                tables,
                tables.isEmpty()
                        ? "none"
                        : tables.stream()
                                .map(size -> Text.plural(size, "element"))
                                .collect(Collectors.joining(", ")));
    }

    private void memories(Snapshot snapshot, ModuleLayout layout) {
        List<Object> all = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        int index = 0;
        for (MemoryContents memory : snapshot.memories()) {
            long pages = memory.pagesInUse().count();
            List<Object> regions = new ArrayList<>();
            List<String> regionTexts = new ArrayList<>();
            for (Region region : layout.regions(index, memory.sizeBytes())) {
                int count = region.pagesInUse(memory);
                Map<String, Object> part = new LinkedHashMap<>();
                part.put("region", region.kind().label());
                part.put("start", region.start());
                part.put("end", region.end());
                part.put("pagesInUse", count);
                regions.add(part);
                regionTexts.add(region.kind().label() + " " + count);
            }
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("bytes", memory.sizeBytes());
            object.put("pages", memory.pageCount());
            object.put("pagesInUse", pages);
            object.put("regions", regions);
            all.add(object);
            texts.add(Sizes.text(memory.sizeBytes()) + ", " + pages + " of " + memory.pageCount() + " pages in use"
                    + (layout.isKnown() ? " (" + String.join(", ", regionTexts) + ")" : ""));
            index++;
        }
        facts.add("memories", all, texts);
    }

    private void globals(Snapshot snapshot, ModuleLayout layout) {
        List<Object> all = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (GlobalContents global : snapshot.globals()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("name", layout.globalName(all.size()));
            object.put("type", global.type());
            object.put("value", Text.value(layout, global));
            texts.add(Text.global(layout, all.size()) + " " + global.type() + " = " + Text.value(layout, global));
            all.add(object);
        }
        facts.add("globals", all, texts);
    }

    /** How the file is built. */
    void file(SnapshotFileInfo info) {
        facts.add("form", form(info), formText(info));
        info.parentDigest().ifPresent(parent -> facts.add("parent", parent));
        facts.add("version", info.version(), "format", "version " + info.version());
        List<Object> sections = new ArrayList<>();
        for (SnapshotFileInfo.Section section : info.sections()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("name", section.name());
            object.put("bytes", section.bytes());
            object.put("known", section.known());
            sections.add(object);
        }
        facts.add(
                "sections",
                sections,
                info.sections().stream()
                        .map(section -> section.name() + " " + Sizes.text(section.bytes())
                                + (section.known() ? "" : " (unknown)"))
                        .collect(Collectors.joining(", ")));
        facts.add(
                "storedPages",
                info.storedPages(),
                "stored",
                Text.plural(info.storedPages(), "page")
                        + (info.version() == 1
                                ? ""
                                : ", " + info.storedContents() + " different "
                                        + (info.storedContents() == 1 ? "content" : "contents")));
        if (info.version() != 1) {
            facts.add("storedContents", info.storedContents(), List.of());
        }
    }

    /** What a module's program keeps where. */
    void layout(ModuleLayout layout) {
        List<Object> regions = new ArrayList<>();
        for (Region region : layout.regions(0, Integer.MAX_VALUE)) {
            boolean open = region.end() == Integer.MAX_VALUE;
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("region", region.kind().label());
            object.put("start", region.start());
            if (!open) {
                object.put("end", region.end());
            }
            regions.add(object);
        }
        facts.add("regions", regions, List.of());
        facts.add("layout", layout.derivation(), layout.derivation());
        List<Object> symbols = new ArrayList<>();
        layout.symbols().forEach(symbol -> {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("name", symbol.name());
            object.put("address", symbol.address());
            symbols.add(object);
        });
        facts.add(
                "symbols",
                symbols,
                layout.symbols().stream()
                        .map(symbol -> Style.harmless(Objects.requireNonNull(symbol.name())) + " "
                                + Text.address(symbol.address()))
                        .toList());
    }
}
