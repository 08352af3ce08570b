/**
 * Several hosts on one machine: network namespaces with an engine each, joined to one Swarm, a real
 * registry, a PostgreSQL that all of them reach, the platform's processes as JVMs of their own, and
 * the faults that befall them. Needs root; leaves nothing behind.
 */
@NullMarked
package dev.slipway.e2e.lab;

import org.jspecify.annotations.NullMarked;
