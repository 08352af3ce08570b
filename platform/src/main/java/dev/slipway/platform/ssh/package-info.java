/** Keys for ssh, made here in the formats that everybody else reads. */
@NullMarked
package dev.slipway.platform.ssh;

import org.jspecify.annotations.NullMarked;
