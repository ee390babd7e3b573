package dev.rollouts.cli.kube;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Pieces of URLs. */
final class Urls {
  private Urls() {}

  /** A name within a path; names from outside must not lead anywhere else. */
  static String segment(String name) {
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return encoded.equals(".") || encoded.equals("..") ? encoded.replace(".", "%2E") : encoded;
  }

  /** {@code ?a=b&c=d}; empty without parameters. */
  static String query(Map<String, String> parameters) {
    return parameters.isEmpty()
        ? ""
        : parameters.entrySet().stream()
            .map(each -> segment(each.getKey()) + "=" + segment(each.getValue()))
            .collect(Collectors.joining("&", "?", ""));
  }
}
