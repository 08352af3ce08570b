package dev.slipway.e2e.promises;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.e2e.lab.Lab;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives every promise the same {@link Field}, started by the first and removed after the last. */
final class OneField implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Field.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    assumeTrue(Lab.isPossible(), "several hosts on one machine need root and docker-registry");
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(Field.class, type -> Field.start(), Field.class);
  }
}
