package dev.rollouts.analysis.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.notMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.Authentication.OAuth2;
import dev.rollouts.api.provider.config.Header;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientCredentialsTest {
  private final WireMockServer server =
      new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());
  private final Redaction redaction = new Redaction();

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private String authorization(String... scopes) throws HttpFailure {
    Exchange request =
        applied(new OAuth2(server.url("/token"), "my client", "s3cret/+", List.of(scopes)));
    assertThat(request.headers()).hasSize(1);
    return request.headers().get(0).value();
  }

  private Exchange applied(OAuth2 client) throws HttpFailure {
    return ClientCredentials.applied(
        HttpTransport.of(ProviderSettings.defaults()),
        client,
        List.of(new Header("X-Tenant", "t1")),
        Exchange.of("PUT", "http://carl:hunter2@shop.example/q?token=x"),
        Deadline.after(Duration.ofMinutes(5), "timeout"),
        redaction);
  }

  @Test
  @DisplayName(
      "P-009 asks with Basic first: form-encoded id and secret, grant and scopes in the form")
  void asksWithBasicFirst() throws HttpFailure {
    server.stubFor(any(anyUrl()).willReturn(aResponse().withBody("{\"access_token\":\"tok\"}")));
    assertThat(authorization("a", "b")).isEqualTo("Bearer tok");
    server.verify(1, anyRequestedFor(anyUrl()));
    server.verify(
        postRequestedFor(urlEqualTo("/token"))
            .withHeader("Authorization", equalTo("Basic bXkrY2xpZW50OnMzY3JldCUyRiUyQg=="))
            .withHeader("X-Tenant", equalTo("t1"))
            .withRequestBody(equalTo("grant_type=client_credentials&scope=a+b")));
  }

  @Test
  @DisplayName("P-009 then once more with id and secret in the form")
  void thenAsksWithTheForm() throws HttpFailure {
    server.stubFor(
        any(anyUrl())
            .withRequestBody(notMatching(".*client_id.*"))
            .willReturn(aResponse().withStatus(401)));
    server.stubFor(
        any(anyUrl())
            .withRequestBody(containing("client_id"))
            .willReturn(aResponse().withBody("{\"access_token\":\"tok\",\"token_type\":\"mac\"}")));
    assertThat(authorization()).isEqualTo("MAC tok");
    server.verify(2, anyRequestedFor(anyUrl()));
    server.verify(
        postRequestedFor(urlEqualTo("/token"))
            .withHeader("Authorization", absent())
            .withRequestBody(
                equalTo(
                    "grant_type=client_credentials&client_id=my+client&client_secret=s3cret%2F%2B")));
  }

  @ParameterizedTest(name = "P-009 {0} as {1} gives {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"access_token\":\"t\",\"token_type\":\"bearer\"}|application/json|Bearer t",
        "{\"access_token\":\"t\",\"token_type\":\"BASIC\"}|application/json|Basic t",
        "{\"access_token\":\"t\",\"token_type\":\"Custom\"}||Custom t",
        "{\"access_token\":\"t\",\"token_type\":7}|application/json|Bearer t",
        "access_token=a%2Bb&token_type=bearer&x|application/x-www-form-urlencoded|Bearer a+b",
        "access_token=t|text/plain; charset=utf-8|Bearer t",
      })
  void readsTokens(String body, String contentType, String authorization) throws HttpFailure {
    server.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", String.valueOf(contentType))
                    .withBody(body)));
    assertThat(authorization()).isEqualTo(authorization);
  }

  @ParameterizedTest(name = "P-009 {0} {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "401|no s3cret/+ here|oauth2: cannot fetch token: 401 Unauthorized\\nResponse: no ***** here",
        "200|{}|oauth2: server response missing access_token",
        "200|{\"access_token\":\"\"}|oauth2: server response missing access_token",
        "200|[]|oauth2: server response missing access_token",
        "200|<html>|oauth2: cannot parse json: invalid character '<' looking for the beginning of a value (position 0)",
      })
  void saysWhyThereIsNoToken(int status, String body, String message) {
    server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody(body)));
    assertThatThrownBy(this::authorization)
        .isInstanceOf(HttpFailure.class)
        .satisfies(
            failure ->
                assertThat(redaction.clean(String.valueOf(failure.getMessage())))
                    .isEqualTo("Put \"http://shop.example/q?…\": " + message.replace("\\n", "\n")));
    server.verify(2, anyRequestedFor(anyUrl()));
  }

  @Test
  @DisplayName("P-009 an incomplete client is refused before anything is sent")
  void refusesAnIncompleteClient() {
    for (OAuth2 client :
        List.of(
            new OAuth2(server.url("/"), "", "s", List.of()),
            new OAuth2(server.url("/"), "c", "", List.of()))) {
      assertThatThrownBy(() -> applied(client))
          .hasMessage("missing mandatory parameter in metric for OAuth2 setup");
    }
    server.verify(0, anyRequestedFor(anyUrl()));
  }

  @Test
  void tellsTheRedactionWhatMustNotBeShown() throws HttpFailure {
    server.stubFor(
        any(anyUrl()).willReturn(aResponse().withBody("{\"access_token\":\"tok-123\"}")));
    authorization();
    assertThat(
            redaction.clean(
                "tok-123 s3cret/+ s3cret%2F%2B bXkrY2xpZW50OnMzY3JldCUyRiUyQg== my client"))
        .isEqualTo("***** ***** ***** ***** my client");
  }
}
