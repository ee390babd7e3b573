package dev.rollouts.engine.rollout.validation;

import dev.rollouts.api.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Formats of names and labels, with the API server's words for what breaks them. */
final class Names {
  private static final int NAME_MAX = 63;
  private static final int SUBDOMAIN_MAX = 253;
  private static final int PORT_NAME_MAX = 15;

  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
  private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
  private static final String LABEL_VALUE = "(" + QUALIFIED + ")?";

  private static final Pattern IS_LABEL = Pattern.compile(LABEL);
  private static final Pattern IS_SUBDOMAIN = Pattern.compile(SUBDOMAIN);
  private static final Pattern IS_QUALIFIED = Pattern.compile(QUALIFIED);
  private static final Pattern IS_LABEL_VALUE = Pattern.compile(LABEL_VALUE);

  private static final String QUALIFIED_WORDS =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
          + " validation is '"
          + QUALIFIED
          + "')";
  private static final String LABEL_VALUE_WORDS =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
          + " 'my_value',  or '12345', regex used for validation is '"
          + LABEL_VALUE
          + "')";
  private static final String LABEL_WORDS =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
          + " must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
          + " regex used for validation is '"
          + LABEL
          + "')";
  private static final String SUBDOMAIN_WORDS =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
          + " used for validation is '"
          + SUBDOMAIN
          + "')";

  private Names() {}

  /** A name of a container, volume or host: a DNS label. */
  static List<String> label(String text) {
    List<String> problems = new ArrayList<>();
    limit(text, NAME_MAX, "", problems);
    if (!IS_LABEL.matcher(text).matches()) {
      problems.add(LABEL_WORDS);
    }
    return problems;
  }

  /** A name of an object: a DNS subdomain. */
  static List<String> subdomain(String text) {
    List<String> problems = new ArrayList<>();
    limit(text, SUBDOMAIN_MAX, "", problems);
    if (!IS_SUBDOMAIN.matcher(text).matches()) {
      problems.add(SUBDOMAIN_WORDS);
    }
    return problems;
  }

  /** The value of a label. */
  static List<String> labelValue(String text) {
    List<String> problems = new ArrayList<>();
    limit(text, NAME_MAX, "", problems);
    if (!IS_LABEL_VALUE.matcher(text).matches()) {
      problems.add(LABEL_VALUE_WORDS);
    }
    return problems;
  }

  /** A key of a label or annotation: a name with an optional domain in front. */
  static List<String> qualified(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length > 2) {
      return List.of(
          "a qualified name "
              + QUALIFIED_WORDS
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    List<String> problems = new ArrayList<>();
    if (parts.length == 2) {
      if (parts[0].isEmpty()) {
        problems.add("prefix part must be non-empty");
      } else {
        subdomain(parts[0]).forEach(each -> problems.add("prefix part " + each));
      }
    }
    String name = parts[parts.length - 1];
    if (name.isEmpty()) {
      problems.add("name part must be non-empty");
    }
    limit(name, NAME_MAX, "name part ", problems);
    if (!IS_QUALIFIED.matcher(name).matches()) {
      problems.add("name part " + QUALIFIED_WORDS);
    }
    return problems;
  }

  /** The name of a port. */
  static List<String> portName(String text) {
    List<String> problems = new ArrayList<>();
    if (text.length() > PORT_NAME_MAX) {
      problems.add("must be no more than 15 characters");
    }
    if (!text.matches("[-a-z0-9]+")) {
      problems.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (!text.matches("(?s).*[a-z].*")) {
      problems.add("must contain at least one letter (a-z)");
    }
    if (text.contains("--")) {
      problems.add("must not contain consecutive hyphens");
    }
    if (text.startsWith("-") || text.endsWith("-")) {
      problems.add("must not begin or end with a hyphen");
    }
    return problems;
  }

  /** Labels, or a selector by labels. */
  static void checkLabels(Map<?, ?> labels, Place place, FieldErrors errors) {
    labels.forEach(
        (key, value) -> {
          checkKey(String.valueOf(key), place, errors);
          String text = String.valueOf(value);
          labelValue(text).forEach(each -> errors.invalid(place, text, each));
        });
  }

  /** Keys of annotations; capitals are allowed everywhere. */
  static void checkAnnotations(Map<?, ?> annotations, Place place, FieldErrors errors) {
    for (Object key : annotations.keySet()) {
      String text = String.valueOf(key);
      qualified(text.toLowerCase(Locale.ROOT)).forEach(each -> errors.invalid(place, text, each));
    }
  }

  /** Keys, values and operators of a selector. */
  static void checkSelector(LabelSelector selector, Place place, FieldErrors errors) {
    checkLabels(selector.matchLabels(), place.key("matchLabels"), errors);
    for (int i = 0; i < selector.matchExpressions().size(); i++) {
      LabelSelector.Requirement each = selector.matchExpressions().get(i);
      Place here = place.key("matchExpressions").index(i);
      switch (each.operator()) {
        case "In", "NotIn" -> {
          if (each.values().isEmpty()) {
            errors.required(
                here.key("values"), "must be specified when `operator` is 'In' or 'NotIn'");
          }
        }
        case "Exists", "DoesNotExist" -> {
          if (!each.values().isEmpty()) {
            errors.forbidden(
                here.key("values"),
                "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
          }
        }
        default ->
            errors.invalid(here.key("operator"), each.operator(), "not a valid selector operator");
      }
      checkKey(each.key(), here.key("key"), errors);
      for (int v = 0; v < each.values().size(); v++) {
        String value = each.values().get(v);
        Place valuePlace = here.key("values").index(v);
        labelValue(value).forEach(text -> errors.invalid(valuePlace, value, text));
      }
    }
  }

  private static void checkKey(String key, Place place, FieldErrors errors) {
    qualified(key).forEach(each -> errors.invalid(place, key, each));
  }

  private static void limit(String text, int max, String prefix, List<String> problems) {
    if (text.length() > max) {
      problems.add(prefix + "must be no more than " + max + " bytes");
    }
  }
}
