package dev.slipway.gateway.audit;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** The public key that verifies exports, to be kept elsewhere. */
final class GetAuditKeyHandler implements Endpoint {
  private final AuditSealing sealing;

  GetAuditKeyHandler(AuditSealing sealing) {
    this.sealing = sealing;
  }

  private record View(String id, String algorithm, String publicKey) {}

  @Override
  public Future<Reply> answer(Call call) {
    var key = sealing.signer().key();
    return Future.succeededFuture(Reply.ok(new View(key.id(), "Ed25519", key.pem())));
  }
}
