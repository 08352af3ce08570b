package dev.slipway.docker;

/** Which of a process's two outputs. */
public enum OutputKind {
  STDOUT,
  STDERR
}
