/**
 * What a guest says of its messages: its {@link dev.wasmbox.schema.Contract}, and the {@link dev.wasmbox.schema.Schema
 * schemas} of its inputs and outputs in it. All of it is immutable. The text form, and what it means, is in
 * docs/contract.md.
 */
@NullMarked
package dev.wasmbox.schema;

import org.jspecify.annotations.NullMarked;
