package dev.slipway.builder.run;

import org.jspecify.annotations.Nullable;

/**
 * What the checkout step found.
 *
 * @param sha the pinned commit, or the hash of the archive that was sent; null when there is no
 *     source, only an image
 * @param message its first paragraph
 * @param unchanged names commit and settings: an image made from the same is reused without even a
 *     plan
 * @param reused the image that exists already, or null
 */
record Checked(
    @Nullable String sha,
    @Nullable String message,
    @Nullable String unchanged,
    @Nullable Made reused) {}
