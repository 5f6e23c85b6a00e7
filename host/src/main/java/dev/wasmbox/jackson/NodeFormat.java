package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasmbox.internal.codec.ByteReader;
import dev.wasmbox.internal.codec.ByteWriter;
import dev.wasmbox.internal.codec.Mismatch;
import dev.wasmbox.internal.codec.Sized;
import java.util.Iterator;

/**
 * How the values of one type of a schema are read and written: a node of the tree that {@link NodeFormatCompiler} makes of
 * it. The bytes are bincode's, the values are JSON in the manner of serde. Either side may be anybody's.
 */
abstract class NodeFormat extends Sized {

    private static final int LONGEST_SHOWN = 60;

    /** Reads one value from its bytes. */
    abstract JsonNode read(ByteReader in);

    /** Writes one value as bytes, if it is one. */
    abstract void write(ByteWriter out, JsonNode node);

    /** Whether a value may be null in JSON. */
    boolean mayBeNull() {
        return false;
    }

    /** Whether a field may be missing, which is none then. */
    boolean mayBeLeftOut() {
        return false;
    }

    /** How values become keys of an object. */
    Keys keys() {
        return Keys.NONE;
    }

    /** What a key of an object becomes a value as. */
    enum Keys {
        /** It does not: maps are arrays of pairs. */
        NONE,
        /** A text. */
        TEXT,
        /** A number. */
        INTEGER,
        /** A truth. */
        BOOLEAN
    }

    /** What is wrong with a node that is something else than this. */
    static Mismatch expected(String what, JsonNode found) {
        return new Mismatch("expected %s, found %s".formatted(what, shown(found)));
    }

    /** A node for people, who want to know which it is and not all of it. */
    static String shown(JsonNode node) {
        if (node.isMissingNode()) {
            return "nothing";
        }
        StringBuilder text = new StringBuilder();
        appendBeginning(text, node);
        return text.length() <= LONGEST_SHOWN ? text.toString() : text.substring(0, LONGEST_SHOWN - 3) + "...";
    }

    /** Appends a node, or as much of it as is shown: it may be large, and deeper than Jackson writes. */
    private static void appendBeginning(StringBuilder text, JsonNode node) {
        if (!node.isContainerNode()) {
            text.append(node);
            return;
        }
        text.append(node.isObject() ? '{' : '[');
        String separator = "";
        Iterator<String> names = node.fieldNames();
        for (JsonNode element : node) {
            if (text.length() > LONGEST_SHOWN) {
                return;
            }
            text.append(separator);
            separator = ",";
            if (node.isObject()) {
                text.append(TextNode.valueOf(names.next())).append(':');
            }
            appendBeginning(text, element);
        }
        text.append(node.isObject() ? '}' : ']');
    }
}
