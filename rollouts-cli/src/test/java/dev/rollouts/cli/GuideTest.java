package dev.rollouts.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the guide and the README show is what the command prints; golden files like the others. */
@Tag("golden")
class GuideTest {
  private static final Path GUIDE = Path.of("..", "docs", "guide", "cli.md");
  private static final Path README = Path.of("..", "README.md");

  /** A call with what it prints, as the guide shows it. */
  private static final Pattern SHOWN =
      Pattern.compile("```\\n\\$ rollouts ([^\\n]*)\\n(.*?)```", Pattern.DOTALL);

  /** How the guide asks for the exit code. */
  private static final String ECHO = "$ echo $?\n";

  /** Where the files lie that the guide names. */
  private static final Map<String, String> FILES =
      Map.of(
          "template.yaml", "../examples/demo/template.yaml",
          "scenario.yaml", "../examples/demo/scenario.yaml",
          "rollout.yaml", "../examples/demo/rollout.yaml",
          "versions.yaml", "../examples/demo/versions.yaml",
          "calm.yaml", "src/test/resources/migrate/calm.yaml",
          "bad.yaml", "src/test/resources/analyze/bad.yaml",
          "suspicious.yaml", "src/test/resources/cases/suspicious.yaml",
          "running-run.yaml", "src/test/resources/cases/running-run.yaml",
          "stuck.yaml", "src/test/resources/cases/explained/stuck.yaml");

  /** Where the guide has its Prometheus. */
  private static final String PROMETHEUS = "http://127.0.0.1:9090";

  private static final WireMockServer PROMETHEUS_HERE = new WireMockServer(options().dynamicPort());

  @BeforeAll
  static void start() {
    PROMETHEUS_HERE.start();
    PROMETHEUS_HERE.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withBody(
                        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"1\"]}]}}")));
  }

  @AfterAll
  static void stop() {
    PROMETHEUS_HERE.stop();
  }

  static Stream<String> calls() throws IOException {
    return SHOWN.matcher(Files.readString(GUIDE)).results().map(shown -> shown.group(1));
  }

  @ParameterizedTest(name = "rollouts {0}")
  @MethodSource("calls")
  void theGuideShowsWhatTheCommandPrints(String call) throws IOException {
    Cli.Result result = run(call);
    String printed = printed(result);
    String guide = Files.readString(GUIDE);
    MatchResult shown =
        SHOWN
            .matcher(guide)
            .results()
            .filter(each -> each.group(1).equals(call))
            .findFirst()
            .orElseThrow();
    String text = shown.group(2).startsWith("\n") ? oddsOf(printed) : printed;
    String exitCode = shown.group(2).contains(ECHO) ? ECHO + result.exitCode() + "\n" : "";
    check(GUIDE, guide, shown.start(2), shown.end(2), text + exitCode);
  }

  @Test
  void theReadmeShowsWhatTheDemoPrints() throws IOException {
    String readme = Files.readString(README);
    Matcher shown =
        Pattern.compile("```\\n(traffic to the new version.*?)```", Pattern.DOTALL).matcher(readme);
    assertThat(shown.find()).isTrue();
    String all =
        printed(
            run(
                "simulate rollout.yaml --scenario versions.yaml"
                    + " --update image=registry.example/checkout:1.6.0 --width 100"));
    check(README, readme, shown.start(1), shown.end(1), excerpt(all));
  }

  /** The pictures of the traffic and of the metric that decides, and what came of it. */
  private static String excerpt(String all) {
    return between(all, "traffic to the new version", "pods that are ready")
        + between(all, "error-rate  Failed\n", "  ● Successful")
        + all.substring(all.indexOf("Verdict  "));
  }

  private static String oddsOf(String printed) {
    Matcher odds = Pattern.compile("\\n\\d+ runs, seeds ", Pattern.DOTALL).matcher(printed);
    assertThat(odds.find()).isTrue();
    return printed.substring(odds.start());
  }

  private static String between(String text, String from, String to) {
    int start = text.indexOf(from);
    int end = text.indexOf(to, start);
    assertThat(start).as(from).isNotNegative();
    assertThat(end).as(to).isNotNegative();
    return text.substring(start, end);
  }

  private static Cli.Result run(String call) {
    List<String> args = new ArrayList<>();
    for (String word : call.split(" ")) {
      args.add(
          word.equals(PROMETHEUS) ? PROMETHEUS_HERE.baseUrl() : FILES.getOrDefault(word, word));
    }
    return Cli.plain().run(args.toArray(String[]::new));
  }

  private static String printed(Cli.Result result) {
    String out = result.out();
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      out = out.replace(file.getValue(), file.getKey());
    }
    return out.lines().map(String::stripTrailing).reduce("", (all, line) -> all + line + "\n");
  }

  private static void check(Path file, String text, int start, int end, String printed)
      throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(
          file, text.substring(0, start) + printed + text.substring(end), StandardCharsets.UTF_8);
      return;
    }
    assertThat(text.substring(start, end))
        .as("%s; ./dev golden --update writes it", file)
        .isEqualTo(printed);
  }
}
