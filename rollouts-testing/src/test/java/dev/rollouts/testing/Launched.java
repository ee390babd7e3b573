package dev.rollouts.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The outcomes of a test class that was run on its own, by display name; the text is the failure,
 * or empty.
 */
final class Launched implements TestExecutionListener {
  private final Map<String, String> outcomes = new TreeMap<>();

  private Launched() {}

  static Map<String, String> tests(Class<?> type, Map<String, String> parameters) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(type))
            .configurationParameters(parameters)
            .build();
    Launched launched = new Launched();
    LauncherFactory.create().execute(request, launched);
    return launched.outcomes;
  }

  static List<String> failures(Class<?> type) {
    return tests(type, Map.of()).entrySet().stream()
        .filter(each -> !each.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    boolean failed = result.getStatus() == TestExecutionResult.Status.FAILED;
    if (test.isTest() || failed) {
      outcomes.put(
          test.getDisplayName(),
          failed ? result.getThrowable().map(Launched::text).orElse("failed") : "");
    }
  }

  private static String text(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
