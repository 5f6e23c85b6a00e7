/** The pass over a module's bytes before the engine sees them: what makes it deterministic and controllable. */
@NullMarked
package dev.wasmbox.internal.prepare;

import org.jspecify.annotations.NullMarked;
