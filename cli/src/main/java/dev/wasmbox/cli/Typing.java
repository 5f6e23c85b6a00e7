package dev.wasmbox.cli;

import org.jline.reader.Highlighter;

/**
 * How lines of a kind are typed.
 *
 * @param historyName the file that they are kept in
 * @param highlighter gives them their colours
 * @param prompt what stands before them
 */
record Typing(String historyName, Highlighter highlighter, String prompt) {}
