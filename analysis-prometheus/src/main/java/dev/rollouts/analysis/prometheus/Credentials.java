package dev.rollouts.analysis.prometheus;

import dev.rollouts.analysis.http.ClientCredentials;
import dev.rollouts.analysis.http.Deadline;
import dev.rollouts.analysis.http.Excerpt;
import dev.rollouts.analysis.http.Exchange;
import dev.rollouts.analysis.http.HttpFailure;
import dev.rollouts.analysis.http.HttpTransport;
import dev.rollouts.analysis.http.Redaction;
import dev.rollouts.api.provider.config.Authentication;
import dev.rollouts.api.provider.config.Authentication.BasicAuth;
import dev.rollouts.api.provider.config.Authentication.OAuth2;
import dev.rollouts.api.provider.config.Authentication.SigV4;
import dev.rollouts.api.provider.config.Header;
import dev.rollouts.api.provider.config.PrometheusQuery;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Puts the credentials of a query onto its requests, in the order of P-022: OAuth2, SigV4, basic,
 * and last the user's headers, which win.
 */
final class Credentials {
  /** Part of the host of every Amazon managed workspace; SigV4 is for these only. */
  private static final String AMAZON_WORKSPACES = "aps-workspaces";

  private final HttpTransport transport;
  private final PrometheusQuery query;
  private final Deadline deadline;
  private final Redaction redaction;
  private final @Nullable Authentication authentication;

  Credentials(
      HttpTransport transport, PrometheusQuery query, Deadline deadline, Redaction redaction)
      throws HttpFailure {
    this.transport = transport;
    this.query = query;
    this.deadline = deadline;
    this.redaction = redaction;
    this.authentication = query.authentication();
    BasicAuth basic = authentication == null ? null : authentication.basicAuth();
    if (basic != null && basic.username().isEmpty() != basic.password().isEmpty()) {
      throw new HttpFailure(
          "missing mandatory parameter in metric for basic auth setup: "
              + (basic.username().isEmpty() ? "username" : "password"));
    }
  }

  /** The request with all that identifies its sender; asks for a token if that is the way. */
  Exchange applied(Exchange request) throws HttpFailure {
    Exchange signed = signed(withToken(request));
    return withBasic(signed).userHeaders(query.headers());
  }

  private Exchange withToken(Exchange request) throws HttpFailure {
    OAuth2 oauth2 = authentication == null ? null : authentication.oauth2();
    if (oauth2 == null || oauth2.tokenUrl().isEmpty()) {
      return request;
    }
    return ClientCredentials.applied(
        transport, oauth2, query.headers(), request, deadline, redaction);
  }

  private Exchange signed(Exchange request) throws HttpFailure {
    SigV4 sigv4 = authentication == null ? null : authentication.sigv4();
    boolean wanted =
        sigv4 != null
            && request.url().contains(AMAZON_WORKSPACES)
            && !(sigv4.region() + sigv4.profile() + sigv4.roleArn()).isEmpty();
    if (sigv4 == null || !wanted) {
      return request;
    }
    SigV4Signer signer =
        ServiceLoader.load(SigV4Signer.class, SigV4Signer.class.getClassLoader())
            .findFirst()
            .orElseThrow(
                () ->
                    new HttpFailure(
                        "authentication.sigv4: no implementation of %s is on the class path; add one, or remove sigv4 and sign in a proxy"
                            .formatted(SigV4Signer.class.getName())));
    try {
      String body = request.body() == null ? "" : request.body();
      List<Header> headers =
          signer.sign(
              sigv4, "aps", request.method(), new URI(request.url()), request.headers(), body);
      Exchange signed = request;
      for (Header header : headers) {
        signed = signed.header(header.key(), header.value());
        redaction.add(header.value());
      }
      return signed;
    } catch (IOException | URISyntaxException e) {
      throw new HttpFailure(
          "authentication.sigv4: " + Excerpt.of(String.valueOf(e.getMessage()), 400));
    }
  }

  private Exchange withBasic(Exchange request) {
    BasicAuth basic = authentication == null ? null : authentication.basicAuth();
    if (basic == null || basic.username().isEmpty() || request.hasHeader("Authorization")) {
      return request;
    }
    String authorization =
        okhttp3.Credentials.basic(basic.username(), basic.password(), StandardCharsets.UTF_8);
    redaction.add(basic.password());
    redaction.add(authorization.substring("Basic ".length()));
    return request.header("Authorization", authorization);
  }
}
