package dev.rollouts.analysis.http;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.provider.config.Header;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One request as a provider words it. Nothing is checked here: whatever is wrong with it is the
 * outcome of {@link HttpTransport#send}.
 *
 * @param method any HTTP token
 * @param url {@code http} or {@code https}; user and password in it become basic authentication
 *     unless there is an {@code Authorization} header
 * @param headers each name once
 * @param body sent as UTF-8; null for none
 */
public record Exchange(
    String method, String url, List<Header> headers, @Nullable String body, Set<Trait> traits) {
  /** Headers that belong to the transport (P-008). */
  private static final Set<String> RESERVED = Set.of("host", "content-length", "transfer-encoding");

  private static final String FORM = "application/x-www-form-urlencoded";

  public Exchange {
    requireNonNull(method, "method");
    requireNonNull(url, "url");
    headers = List.copyOf(headers);
    traits = Set.copyOf(traits);
  }

  /** How an exchange may be carried out. */
  public enum Trait {
    /** Neither certificate nor host name of the server is checked. */
    INSECURE,
    /** Asking twice does no harm, so a connection that could not be made is tried once more. */
    IDEMPOTENT,
    /** The body is a credential, so it never follows a redirect to another host. */
    CONFIDENTIAL,
    /** Proxies are not used. */
    DIRECT
  }

  /** A request without body. */
  public static Exchange of(String method, String url) {
    return new Exchange(method, url, List.of(), null, Set.of());
  }

  /** An idempotent GET. */
  public static Exchange get(String url) {
    return of("GET", url).with(Trait.IDEMPOTENT);
  }

  /** The same exchange with this header, in place of one of the same name. */
  public Exchange header(String name, String value) {
    List<Header> merged = new ArrayList<>(headers);
    merged.removeIf(header -> header.key().equalsIgnoreCase(name));
    merged.add(new Header(name, value));
    return new Exchange(method, url, merged, body, traits);
  }

  /**
   * The same exchange with a user's headers: later ones win, those of the transport are ignored
   * (P-008).
   */
  public Exchange userHeaders(List<Header> more) {
    Exchange merged = this;
    for (Header header : more) {
      if (!RESERVED.contains(header.key().toLowerCase(Locale.ROOT))) {
        merged = merged.header(header.key(), header.value());
      }
    }
    return merged;
  }

  /** The same exchange with a body; its type is the business of a header. */
  public Exchange withBody(String text) {
    return new Exchange(method, url, headers, text, traits);
  }

  /** The same exchange with a form as its body. */
  public Exchange withForm(Map<String, String> fields) {
    return withBody(encode(fields)).header("Content-Type", FORM);
  }

  /** The same exchange with these traits in addition. */
  public Exchange with(Trait... more) {
    Set<Trait> all = EnumSet.noneOf(Trait.class);
    all.addAll(traits);
    all.addAll(List.of(more));
    return new Exchange(method, url, headers, body, all);
  }

  /** Whether it has a header of that name, in any case. */
  public boolean hasHeader(String name) {
    return headers.stream().anyMatch(header -> header.key().equalsIgnoreCase(name));
  }

  /** Fields as a form or a query string carries them, in their order. */
  public static String encode(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  /** Text as a form carries it. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Method and address only: bodies and headers may hold credentials. */
  @Override
  public String toString() {
    return method + " " + ShownUrl.of(url);
  }
}
