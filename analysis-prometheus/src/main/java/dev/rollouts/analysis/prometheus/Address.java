package dev.rollouts.analysis.prometheus;

import dev.rollouts.analysis.http.Exchange;
import dev.rollouts.analysis.http.HttpFailure;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The base URL of a server.
 *
 * @param base scheme, host and path prefix, without a slash at the end
 * @param query without the question mark; empty for none
 */
record Address(String base, String query) {
  private static final Pattern URL =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://[^/?#]+[^?#]*)(?:\\?([^#]*))?(?:#.*)?");

  /** The configured address, else that of the environment. */
  static Address of(@Nullable String configured, @Nullable String fallback) throws HttpFailure {
    String text = configured == null || configured.isEmpty() ? fallback : configured;
    if (text == null || text.isEmpty()) {
      throw new HttpFailure("prometheus address is not configured");
    }
    Matcher url = URL.matcher(text);
    if (!url.matches()) {
      throw new HttpFailure("prometheus address is not is url format");
    }
    String base = url.group(1);
    int end = base.length();
    while (base.charAt(end - 1) == '/') {
      end--;
    }
    return new Address(base.substring(0, end), url.group(2) == null ? "" : url.group(2));
  }

  /** The URL of a path, with the query string of the base. */
  String at(String path) {
    return query.isEmpty() ? base + path : base + path + "?" + query;
  }

  /** The URL of a path, with more parameters behind those of the base. */
  String at(String path, Map<String, String> parameters) {
    return at(path) + (query.isEmpty() ? "?" : "&") + Exchange.encode(parameters);
  }
}
