package dev.slipway.builder.source;

import java.nio.file.Path;

/**
 * The files of one commit, without any history.
 *
 * @param root its folder
 * @param files how many files and links it has
 * @param bytes what they take
 * @param submodules how many of its folders came from other repositories
 */
public record WorkTree(Path root, int files, long bytes, int submodules) {}
