package dev.slipway.gateway.api;

import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.gateway.http.Reply;

/** Answers that several endpoints give. */
public final class Replies {
  private Replies() {}

  /** Work that was asked for, and where to watch it. */
  public static Reply accepted(Deployment deployment) {
    return Reply.accepted(DeploymentView.of(deployment))
        .with("Location", "/api/deployments/" + deployment.id());
  }
}
