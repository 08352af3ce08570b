/**
 * Git without surprises: one bare mirror per repository, commits pinned to a full id, and work
 * trees that hold nothing but the commit's own files. Everything that comes from a repository is
 * taken as hostile: addresses, refs, paths, links and sizes are checked here and nowhere else.
 */
@NullMarked
package dev.slipway.builder.source;

import org.jspecify.annotations.NullMarked;
