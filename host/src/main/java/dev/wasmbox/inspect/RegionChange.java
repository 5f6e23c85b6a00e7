package dev.wasmbox.inspect;

/**
 * What changed in a region.
 *
 * @param region the region
 * @param changedPages in how many of its pages something changed
 * @param changedBytes how many of its bytes are not as they were
 */
public record RegionChange(Region region, int changedPages, long changedBytes) {}
