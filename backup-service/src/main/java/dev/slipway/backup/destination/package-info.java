/**
 * Where backups lie: a directory, an S3-compatible store or an SFTP server behind one port. It
 * knows bytes and keys, and nothing of what they are a backup of; every call blocks and is meant
 * for virtual threads.
 */
@NullMarked
package dev.slipway.backup.destination;

import org.jspecify.annotations.NullMarked;
