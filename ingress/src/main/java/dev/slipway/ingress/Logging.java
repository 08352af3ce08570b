package dev.slipway.ingress;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * One line per event on standard output; whoever starts the process decides where it goes. In code,
 * because reading it from XML loads five hundred classes that an ingress never uses again.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String PROCESS = "slipway.process";
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} %msg%n%ex{12}";

  /** Makes this process log in the ingress' way; before the first logger is asked for. */
  static void choose() {
    System.setProperty(PROCESS, "ingress");
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    // The jar is on the platform's class path too, which has a configuration of its own.
    if (!"ingress".equals(System.getProperty(PROCESS))) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    ConsoleAppender<ILoggingEvent> out = new ConsoleAppender<>();
    out.setContext(context);
    out.setEncoder(encoder);
    out.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(out);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
