package dev.wasmbox;

/**
 * What a {@link BoxPool} has done, and what its boxes take. The numbers are of about the same moment.
 *
 * @param boxes how many boxes were started, restored or forked in the pool and not closed
 * @param residentBoxes how many of them are awake
 * @param residentBytes the memories of those, in bytes
 * @param restingBytes what the states of the others take, in bytes, without what all boxes of the module share
 * @param freezes how often a box was put to rest
 * @param thaws how often one was woken
 */
public record PoolMetrics(
        long boxes, int residentBoxes, long residentBytes, long restingBytes, long freezes, long thaws) {}
