/** What the interpreters of script languages have in common. Nothing of it is public. */
@SuppressWarnings("module") // the two modules that it is exported to are compiled after it
module dev.wasmbox.script {
    requires static transitive org.jspecify;
    requires transitive dev.wasmbox.host;
    requires transitive java.scripting;

    exports dev.wasmbox.script to
            dev.wasmbox.javascript,
            dev.wasmbox.python;

    // Its codec reads and makes the records that cross the boundary.
    opens dev.wasmbox.script to
            dev.wasmbox.host;
}
