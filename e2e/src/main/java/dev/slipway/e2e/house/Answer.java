package dev.slipway.e2e.house;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;

/** What a request was answered. */
public record Answer(String request, int status, String body, HttpHeaders headers) {

  public JsonNode json() {
    return Json.read(body);
  }

  /** This answer, when it carries the status; an error that shows all of it otherwise. */
  public Answer expect(int wanted) {
    if (status != wanted) {
      throw new IllegalStateException(
          request + " was answered " + status + ", not " + wanted + ": " + body);
    }
    return this;
  }

  public String contentType() {
    return headers.firstValue("content-type").orElse("");
  }
}
