/** How people come in: set-up, sign-in, sessions, second factors, invitations and roles. */
@NullMarked
package dev.slipway.gateway.people;

import org.jspecify.annotations.NullMarked;
