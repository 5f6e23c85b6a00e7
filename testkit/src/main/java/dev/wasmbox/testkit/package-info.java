/** What tests of boxes are made of: fixture guests, modules in text form, and the same-result oracle. */
@NullMarked
package dev.wasmbox.testkit;

import org.jspecify.annotations.NullMarked;
