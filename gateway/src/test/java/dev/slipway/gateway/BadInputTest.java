package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gateway.Client.Answer;
import dev.slipway.gateway.http.Contract;
import dev.slipway.gateway.http.Operation;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BadInputTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  static Stream<Operation> operations() {
    return Contract.load().operations().stream();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void nothingButHealthAnswersWithoutAKey(Operation operation) {
    String path = operation.path().replaceAll("\\{[a-z]+}", "app_00000000000000000000");
    Answer answer = GATEWAY.nobody().send(operation.method().name(), path, null);

    boolean health = operation.id().equals("getHealth");
    assertThat(answer.status()).isEqualTo(health ? 200 : 401);
    if (!health) {
      assertThat(answer.string("code"))
          .isEqualTo(operation.scope() == null ? "webhook_refused" : "unauthorized");
      assertThat(answer.header("WWW-Authenticate")).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void everyOperationNeedsItsScope(Operation operation) {
    String path = operation.path().replaceAll("\\{[a-z]+}", "app_00000000000000000000");
    String other = "deploy".equals(scope(operation)) ? "write" : "deploy";
    Answer answer = GATEWAY.client(other).send(operation.method().name(), path, null);

    if (scope(operation).isEmpty() || scope(operation).equals("read")) {
      assertThat(answer.status()).isNotEqualTo(403);
    } else {
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.string("detail")).contains(scope(operation));
    }
  }

  private static String scope(Operation operation) {
    return operation.scope() == null ? "" : operation.scope().wire();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void garbageIsNeverOurFault(Operation operation) {
    String id = "%27%3B--%E2%82%AC";
    String path = operation.path().replaceAll("\\{[a-z]+}", id);
    for (String body :
        new String[] {"", "[]", "null", "{\"x\":1}", "{", "\"", "{\"name\":{}}", "1e999"}) {
      Answer answer =
          GATEWAY
              .admin()
              .send(
                  operation.method().name(),
                  path + "?x=%00&limit=-1",
                  body.isEmpty() ? null : body);
      assertThat(answer.status()).as(operation.id() + " " + body).isBetween(200, 499);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"repository\":\"https://h/x\"}| name| is missing",
        "{\"name\":\"Upper\"}| name| lower-case",
        "{\"name\":\"-x\"}| name| lower-case",
        "{\"name\":\"x\\n\"}| name| lower-case",
        "{\"name\":\"\"}| name| empty",
        "{\"name\":\"a23456789012345678901234567890123456789012\"}| name| at most 40",
        "{\"name\":\"x\",\"port\":0}| port| at least 1",
        "{\"name\":\"x\",\"port\":70000}| port| at most 65535",
        "{\"name\":\"x\",\"port\":\"80\"}| port| whole number",
        "{\"name\":\"x\",\"port\":80.5}| port| whole number",
        "{\"name\":\"x\",\"port\":99999999999999999999}| port| whole number",
        "{\"name\":\"x\",\"replica\":1}| replica| did you mean 'replicas'",
        "{\"name\":\"x\",\"build_command\":\"y\"}| build_command| did you mean 'buildCommand'",
        "{\"name\":\"x\",\"build\":{\"type\":\"magic\"}}| build.type| auto, dockerfile",
        "{\"name\":\"x\",\"build\":{\"typ\":\"auto\"}}| build.typ| did you mean 'type'",
        "{\"name\":\"x\",\"build\":\"auto\"}| build| an object, not text",
        "{\"name\":\"x\",\"build\":{\"type\":\"image\"}}| build.image| is missing",
        "{\"name\":\"x\"}| repository| is missing",
        "{\"name\":\"x\",\"repository\":\"ftp://h/x\"}| repository| ftp is not supported",
        "{\"name\":\"x\",\"repository\":\"file:///etc\"}| repository| file is not supported",
        "{\"name\":\"x\",\"repository\":\"ext::sh -c x\"}| repository| without spaces",
        "{\"name\":\"x\",\"repository\":\"https://me:pw@h/x\"}| repository| must not hold",
        "{\"name\":\"x\",\"repository\":\"-upload-pack=x\"}| repository| must be an address",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"branch\":\"a b\"}| branch| Git branch",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"branch\":\"--x\"}| branch| Git branch",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"commit\":\"main\"}| commit| hexadecimal",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"rootDirectory\":\"../up\"}| rootDirectory| stay inside",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"domain\":\"http://a.b\"}| domains[0]| host name alone",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"domain\":\"a.b:80\"}| domains[0]| no port",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"domain\":\"*.a.b\"}| domains[0]| one host name",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"domain\":\"10.0.0.1\"}| domains[0]| host name",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"domain\":\"y.127.0.0.1.sslip.io\"}| domains[0]| given out",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"domains\":[\"y.localhost\"]}| domains[0]| given out",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"volumes\":[{\"name\":\"d\",\"path\":\"/proc\"}]}| volumes[0].path| for data",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"volumes\":[{\"name\":\"d\",\"path\":\"/d\"}],\"replicas\":2}| replicas| two writers",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"environment\":{\"A-B\":\"c\"}}| environment| letters",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"environment\":{\"AB\":1}}| environment.AB| text",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"projectId\":\"prj_none\"}| projectId| no project",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"startCommand\":\"a\\u0000b\"}| startCommand| U+0000",
        "{\"name\":\"x\",\"repository\":\"https://h/x\",\"healthCheck\":{\"path\":\"up\"}}| healthCheck.path| absolute",
        "[]| ``| an object",
      })
  void aDescriptionThatCannotWorkIsRefusedByName(String body, String field, String message) {
    Answer answer = GATEWAY.admin().post("/api/applications", body).expect(422);

    assertThat(answer.fields()).contains(field == null ? "" : field);
    assertThat(answer.text()).contains(message);
    assertThat(answer.string("remedy")).isNotEmpty();
    assertThat(GATEWAY.admin().get("/api/applications").items()).isEmpty();
  }

  @Test
  void brokenJsonIsNamedWithItsPlace() {
    Answer broken =
        GATEWAY.admin().post("/api/applications", "{\n  \"name\": \"x\",,\n}").expect(400);
    assertThat(broken.string("code")).isEqualTo("malformed_json");
    assertThat(broken.string("detail")).contains("line 2");
    GATEWAY.admin().post("/api/projects", "{\"name\":\"a\",\"name\":\"b\"}").expect(400);
    GATEWAY.admin().post("/api/projects", "{\"name\":\"a\"} x").expect(400);
    GATEWAY.admin().post("/api/projects", "[".repeat(5000)).expect(400);
    GATEWAY.admin().post("/api/projects", new byte[] {'"', (byte) 0xC3, '"'}).expect(400);
    GATEWAY.admin().post("/api/projects", null).expect(422);
  }

  @Test
  void aBodyThatIsTooLargeOrOfAnotherTypeIsRefused() {
    byte[] large = "x".repeat(1024 * 1024 + 1).getBytes(StandardCharsets.UTF_8);
    assertThat(GATEWAY.admin().post("/api/projects", large).expect(413).string("detail"))
        .contains("1024 KiB");
    GATEWAY
        .admin()
        .post(
            "/api/applications/app_x/environment/import",
            "x".repeat(300_000),
            "Content-Type",
            "text/plain")
        .expect(413);
    GATEWAY
        .admin()
        .post("/api/projects", "a=b", "Content-Type", "application/x-www-form-urlencoded")
        .expect(415);
    GATEWAY
        .admin()
        .post(
            "/api/projects",
            "{\"name\":\"typed\"}",
            "Content-Type",
            "application/json; charset=utf-8")
        .expect(201);
  }

  @Test
  void unknownPathsAndMethodsAreToldApart() {
    assertThat(GATEWAY.admin().get("/api/nothing").expect(404).string("code"))
        .isEqualTo("not_found");
    GATEWAY.admin().get("/api").expect(404);
    GATEWAY.admin().get("/api/applications/x/nothing").expect(404);
    GATEWAY.nobody().get("/api/nothing").expect(401);
    Answer wrong = GATEWAY.admin().put("/api/applications", "{}").expect(405);
    assertThat(wrong.header("Allow")).isEqualTo("GET, POST");
    GATEWAY.admin().get("/elsewhere").expect(404);
    GATEWAY.admin().get("/api/applications/%00").expect(400);
  }

  @Test
  void queriesAreCheckedLikeBodies() {
    assertThat(GATEWAY.admin().get("/api/applications?limit=0").expect(422).fields())
        .containsExactly("limit");
    assertThat(GATEWAY.admin().get("/api/applications?limit=x").expect(422).text())
        .contains("whole number");
    assertThat(GATEWAY.admin().get("/api/applications?lmit=1").expect(422).text())
        .contains("did you mean 'limit'");
    GATEWAY.admin().get("/api/applications?limit=1&limit=2").expect(422);
    GATEWAY.admin().get("/api/applications?cursor=abc").expect(422);
    GATEWAY.admin().get("/api/deployments?status=done").expect(422);
    GATEWAY.admin().get("/api/deployments?since=yesterday").expect(422);
    GATEWAY.admin().get("/api/deployments?since=2026-11-14T00:00:00Z&status=failed").expect(200);
    GATEWAY.admin().get("/api/applications?q=%00").expect(422);
  }

  @Test
  void keysThatAreNoneAreRefusedInOneWay() {
    for (String key :
        new String[] {"x", "slw_", "slw_" + "0".repeat(32), "slw_'; drop table api_keys--"}) {
      assertThat(GATEWAY.nobody().get("/api/projects", "x-api-key", key).expect(401).string("code"))
          .isEqualTo("unauthorized");
    }
    GATEWAY
        .nobody()
        .get("/api/projects", "Authorization", "Bearer " + GATEWAY.admin().key())
        .expect(200);
    GATEWAY.nobody().get("/api/projects", "Authorization", "Basic " + basic()).expect(401);
    GATEWAY.nobody().get("/api/docs", "Authorization", "Basic " + basic()).expect(200);
  }

  private static String basic() {
    byte[] pair = ("me:" + GATEWAY.admin().key()).getBytes(StandardCharsets.UTF_8);
    return java.util.Base64.getEncoder().encodeToString(pair);
  }

  @Test
  void theContractIsServedAndEveryAnswerIsGuarded() {
    Answer contract = GATEWAY.admin().get("/api/openapi.json").expect(200);
    assertThat(contract.json().getString("openapi")).isEqualTo("3.1.0");
    assertThat(contract.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(contract.header("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(GATEWAY.nobody().get("/api/health").expect(200).json().getString("status"))
        .isEqualTo("ok");
    JsonObject installation = GATEWAY.admin().get("/api/installation").expect(200).json();
    assertThat(installation.getString("status")).isEqualTo("ready");
    assertThat(installation.getString("id")).isEqualTo("0123456789ab");
  }
}
