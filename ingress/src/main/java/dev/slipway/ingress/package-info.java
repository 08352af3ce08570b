/**
 * The traffic of the deployed applications, in a process of its own that outlives the platform: it
 * knows routes as rows and files and nothing else of the platform. Certificates will come in here
 * as a second {@code Entrance} beside plain HTTP.
 */
@NullMarked
package dev.slipway.ingress;

import org.jspecify.annotations.NullMarked;
