package dev.wasmbox.internal.state;

/**
 * A whole box at one moment: what a snapshot holds.
 *
 * @param moduleDigest the SHA-256 of the module's bytes as they were loaded, 32 bytes, not to be changed
 * @param guest the state inside the guest
 * @param host the state that the host keeps for it
 */
public record BoxImage(byte[] moduleDigest, GuestState guest, HostState host) {}
