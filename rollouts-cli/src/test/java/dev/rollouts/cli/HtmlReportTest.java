package dev.rollouts.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The report is one file, loads nothing, and shows hostile texts as what they are. */
class HtmlReportTest {
  private static final String CASES = "src/test/resources/cases/";
  private static final String DEMO = "../examples/demo/";
  private static final Pattern SVG = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);

  @TempDir Path folder;

  private String report(String... args) throws IOException {
    return report(0, args);
  }

  private String report(int exitCode, String... args) throws IOException {
    Path file = folder.resolve("deeper/report.html");
    String[] all = new String[args.length + 3];
    all[0] = "simulate";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--html";
    all[args.length + 2] = file.toString();
    Cli.Result result = Cli.plain().run(all);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
    assertThat(result.out()).endsWith("report: " + file + "\n");
    return Files.readString(file);
  }

  private String demo(String... more) throws IOException {
    String[] args = new String[more.length + 4];
    args[0] = "-f";
    args[1] = DEMO + "template.yaml";
    args[2] = "--metrics";
    args[3] = DEMO + "scenario.yaml";
    System.arraycopy(more, 0, args, 4, more.length);
    return report(args);
  }

  @Test
  @Tag("golden")
  void looksAsTheGoldenFileHasIt() throws IOException {
    Golden.check("report.html", demo("--arg", "release=v1.5.0", "--runs", "40"));
  }

  private String badRelease(String... more) throws IOException {
    return report(
        3,
        Stream.concat(
                Stream.of(
                    DEMO + "rollout.yaml",
                    "--scenario",
                    DEMO + "versions.yaml",
                    "--update",
                    "image=registry.example/checkout:1.6.0"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  @Tag("golden")
  void aRolloutLooksAsTheGoldenFileHasIt() throws IOException {
    Golden.check("rollout.html", badRelease("--runs", "20"));
  }

  @Test
  void loadsNothingAndRunsNothing() throws IOException {
    loadsNothing(demo("--runs", "20"));
    loadsNothing(badRelease("--runs", "20"));
  }

  private static void loadsNothing(String html) {
    assertThat(html)
        .contains("default-src 'none'")
        .doesNotContain("<script", "<link", "<img", "<iframe", "@import", "url(", "onload=")
        .doesNotContainPattern("(src|href)=");
    // The addresses in it are of the schema kind only: none is there at all.
    assertThat(html.replaceAll("<style>.*?</style>", "")).doesNotContain("https://", "xmlns");
  }

  @Test
  void showsHostileTextsAsText() throws IOException {
    String html =
        report(
            "-f",
            CASES + "hostile-template.yaml",
            "--metrics",
            CASES + "hostile-scenario.yaml",
            "--runs",
            "3");
    assertThat(html).contains("&lt;/text&gt;&lt;/svg&gt;&lt;script&gt;");
    showsAsText(html);
    showsAsText(report(CASES + "rollouts/hostile.yaml"));
  }

  private static void showsAsText(String html) {
    assertThat(html)
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;\\u001b[31m")
        .contains("&lt;img src=x onerror=alert(2)&gt;\\u001b[2J")
        .doesNotContain("<script", "<img", "</text></svg><")
        .matches(text -> text.chars().allMatch(c -> c == '\n' || c >= ' '), "no control characters")
        .doesNotContain("\u202e", "\u001b");
    // Every tag is one that the report itself writes.
    Matcher tags = Pattern.compile("</?([a-z!A-Z0-9]+)").matcher(html);
    assertThat(tags.results().map(tag -> tag.group(1)).distinct())
        .isSubsetOf(
            "!DOCTYPE",
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "main",
            "header",
            "h1",
            "h2",
            "h3",
            "p",
            "span",
            "i",
            "b",
            "dl",
            "div",
            "dt",
            "dd",
            "section",
            "code",
            "svg",
            "line",
            "text",
            "rect",
            "path",
            "g",
            "circle",
            "ul",
            "li",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td");
  }

  @Test
  void chartsAreWellFormedAndHoldEveryMeasurement() throws Exception {
    String html = demo("--arg", "release=v1.5.0");
    Matcher charts = SVG.matcher(html);
    int count = 0;
    while (charts.find()) {
      Document chart =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(charts.group())));
      NodeList groups = chart.getElementsByTagName("g");
      assertThat(groups.getLength()).isBetween(9, 10);
      count++;
    }
    assertThat(count).isEqualTo(2);
  }

  @Test
  void chartsOfARolloutAreWellFormed() throws Exception {
    Matcher charts = SVG.matcher(badRelease());
    int count = 0;
    while (charts.find()) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(charts.group())));
      count++;
    }
    assertThat(count).isEqualTo(3);
  }

  @Test
  void aLongRunStaysAFileThatABrowserOpens() throws IOException {
    String html =
        report("-f", CASES + "nested", "--arg", "service=shop", "--for", "24h", "--runs", "2");
    assertThat(html.length()).isLessThan(2_000_000);
  }
}
