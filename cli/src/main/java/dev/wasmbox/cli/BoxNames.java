package dev.wasmbox.cli;

import java.util.List;

/**
 * The names of a session's boxes.
 *
 * @param current the one that the next line is for
 * @param all all of them, in the order of their coming into being
 */
record BoxNames(String current, List<String> all) {}
