package dev.rollouts.cli.lint;

import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.wire.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Credentials that stand in a file. Found by where they stand; never shown. */
final class SecretChecks {
  /** Keys whose value is a credential, whatever it is. */
  private static final Pattern CREDENTIAL =
      Pattern.compile(
          "(?i)password|passwd|clientsecret|(?:api|access|secret|private|app)[-_]?key|.*[-_]token"
              + "|token|.*[-_]secret|secret|bearer|.*[-_]password|.*[-_]api[-_]?key");

  private static final Pattern HEADER =
      Pattern.compile(
          "(?i)authorization|proxy-authorization|cookie|x-.*(?:token|key|secret|auth).*|dd-.*-key"
              + "|api-?key|private-token");

  private static final Pattern USER_INFO = Pattern.compile("(://[^/@\\s:]*):([^/@\\s]+)@");
  private static final Pattern PARAMETER =
      Pattern.compile(
          "(?i)[?&](?:access_token|token|api_?key|apikey|password|secret|sig|signature)=([^&\\s]+)");

  private SecretChecks() {}

  static void check(MetricView metric, ProviderConfig config) {
    Path path = metric.at("provider", config.key());
    walk(metric, metric.subject().document().valueAt(path), path);
  }

  /** An argument with the name of a credential and a literal value. */
  static void check(Subject subject) {
    List<Argument> args = subject.spec().args();
    for (int i = 0; i < args.size(); i++) {
      String value = args.get(i).value();
      if (value != null && isLiteral(value) && CREDENTIAL.matcher(args.get(i).name()).matches()) {
        subject.report(
            Rule.SECRET_IN_TEXT,
            Severity.WARNING,
            Subject.at("args", i, "value"),
            "by its name, argument \"%s\" is a credential, and it stands in plain text"
                .formatted(args.get(i).name()),
            "use valueFrom.secretKeyRef");
      }
    }
  }

  private static void walk(MetricView metric, @Nullable Object tree, Path path) {
    if (tree instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        walk(metric, list.get(i), path.index(i));
      }
    } else if (tree instanceof Map<?, ?> map) {
      checkPair(metric, map, path);
      map.forEach((key, value) -> walkField(metric, (String) key, value, path.key((String) key)));
    } else if (tree instanceof String text) {
      checkText(metric, text, path);
    }
  }

  private static void walkField(MetricView metric, String key, @Nullable Object value, Path path) {
    if (value instanceof String text && isLiteral(text) && CREDENTIAL.matcher(key).matches()) {
      report(metric, path, "%s is a credential in plain text".formatted(key));
    } else {
      walk(metric, value, path);
    }
  }

  /** {@code {key, value}} of a header and {@code {name, value}} of a container's variable. */
  private static void checkPair(MetricView metric, Map<?, ?> pair, Path path) {
    if (!(pair.get("value") instanceof String value) || !isLiteral(value)) {
      return;
    }
    if (pair.get("key") instanceof String header && HEADER.matcher(header).matches()) {
      report(
          metric,
          path.key("value"),
          "header %s holds a credential in plain text".formatted(header));
    } else if (pair.get("name") instanceof String variable
        && CREDENTIAL.matcher(variable).matches()) {
      report(
          metric,
          path.key("value"),
          "by its name, variable %s is a credential, and it stands in plain text"
              .formatted(variable));
    }
  }

  private static void checkText(MetricView metric, String text, Path path) {
    var user = USER_INFO.matcher(text);
    if (user.find() && isLiteral(user.group(2))) {
      report(metric, path, "the URL holds a password in plain text");
    }
    var parameter = PARAMETER.matcher(text);
    if (text.contains("://") && parameter.find() && isLiteral(parameter.group(1))) {
      report(metric, path, "the URL holds a credential in plain text");
    }
  }

  private static boolean isLiteral(String text) {
    return !text.isBlank() && !Substitution.isOpen(text);
  }

  private static void report(MetricView metric, Path path, String message) {
    metric.report(
        Rule.SECRET_IN_TEXT,
        Severity.WARNING,
        path,
        message,
        "write {{args.<name>}} and declare the argument with valueFrom.secretKeyRef");
  }

  /** Whether the value at a path may be a credential, to judge by its key. */
  static boolean isCredential(Path path) {
    List<Object> segments = path.segments();
    return !segments.isEmpty()
        && segments.get(segments.size() - 1) instanceof String key
        && (key.equals("value") || isCredential(key));
  }

  /** Whether something of this name is a credential. */
  static boolean isCredential(String name) {
    return CREDENTIAL.matcher(name).matches();
  }

  /** A URL that can be shown. */
  static String shown(String url) {
    return PARAMETER.matcher(USER_INFO.matcher(url).replaceAll("$1:*****@")).replaceAll("?*****");
  }
}
