package dev.rollouts.cli.plugin.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
  private static final Command<String> ROOT =
      Command.<String>group(
              "tool",
              "",
              "A tool.",
              List.of(
                  Command.group(
                      "get",
                      "",
                      "Show things",
                      List.of(
                          Command.of("rollout", "NAME", "Show a rollout", "action")
                              .aliases("ro")
                              .takes(Command.Arity.EXACTLY_ONE)
                              .flags(
                                  Flag.bool("watch", "w", true, "watch"),
                                  Flag.number("seconds", "", Flag.Type.INT, "seconds"),
                                  Flag.number("timeout", "t", Flag.Type.DURATION, "timeout"),
                                  Flag.texts("argument", "a", "argument"),
                                  Flag.bool("old", "o", false, "old")
                                      .deprecated("use nothing instead"))))))
          .flags(
              Flag.text("namespace", "n", "", "namespace"),
              Flag.number("v", "v", Flag.Type.INT, "v"));

  private static CommandLine<String> parse(String line) {
    return CommandLine.parse(ROOT, line.isEmpty() ? List.of() : List.of(line.split(" ")));
  }

  @Test
  @DisplayName("flags may stand anywhere, before and behind the words of the command")
  void anywhere() {
    for (String line :
        List.of(
            "-n prod get ro web --watch=false",
            "get -n prod ro --watch=false web",
            "get ro web -nprod -w=false",
            "--namespace=prod get rollout web -w=0",
            "get ro --watch=f --namespace prod -- web")) {
      CommandLine<String> read = parse(line);
      assertThat(read.words()).as(line).isEqualTo("tool get rollout");
      assertThat(read.values().arguments()).as(line).containsExactly("web");
      assertThat(read.values().text("namespace")).as(line).isEqualTo("prod");
      assertThat(read.values().flag("watch")).as(line).isFalse();
    }
  }

  @Test
  @DisplayName("short flags may be joined, the last of them with its value")
  void joined() {
    Values values = parse("get ro web -wt 5m -ax=1 -a y=2").values();
    assertThat(values.flag("watch")).isTrue();
    assertThat(values.duration("timeout")).isEqualTo(Duration.ofMinutes(5));
    assertThat(values.texts("argument")).containsExactly("x=1", "y=2");
    assertThat(parse("get ro web").values().flag("watch")).isTrue();
    assertThat(parse("get ro web").values().number("seconds")).isZero();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "get ro --nope x|unknown flag: --nope",
        "get ro -x|unknown shorthand flag: 'x' in -x",
        "get ro -wx|unknown shorthand flag: 'x' in -wx",
        "get ro web -n|flag needs an argument: 'n' in -n",
        "get ro web --namespace|flag needs an argument: --namespace",
        "get ro web --=x|bad flag syntax: --=x",
        "get ro web -w=x|invalid argument \"x\" for \"-w, --watch\" flag: strconv.ParseBool: parsing \"x\": invalid syntax",
        "get ro web --seconds 1s|invalid argument \"1s\" for \"--seconds\" flag: strconv.ParseInt: parsing \"1s\": invalid syntax",
        "get ro web --seconds 99999999999|invalid argument \"99999999999\" for \"--seconds\" flag: strconv.ParseInt: parsing \"99999999999\": value out of range",
        "get ro web -t 5|invalid argument \"5\" for \"-t, --timeout\" flag: time: missing unit in duration \"5\"",
      })
  @DisplayName("K-007 a flag that cannot be used is named with what is wrong")
  void refuses(String line, String message) {
    assertThatThrownBy(() -> parse(line)).isInstanceOf(LineException.class).hasMessage(message);
  }

  @Test
  @DisplayName("K-008 an unknown word is an error at the root, and an argument below a group")
  void unknownWords() {
    assertThatThrownBy(() -> parse("gett"))
        .hasMessage(
            "unknown command \"gett\" for \"tool\"\n\nDid you mean this?\n\tget\n\nRun 'tool --help' for usage.");
    assertThatThrownBy(() -> parse("dashboard"))
        .hasMessage("unknown command \"dashboard\" for \"tool\"\nRun 'tool --help' for usage.");
    CommandLine<String> group = parse("get foo");
    assertThat(group.words()).isEqualTo("tool get");
    assertThat(group.values().arguments()).containsExactly("foo");
  }

  @Test
  @DisplayName("K-022 a deprecated flag works, says so, and is not in the help")
  void deprecated() {
    CommandLine<String> line = parse("get ro web -o");
    assertThat(line.values().flag("old")).isTrue();
    assertThat(line.values().notices())
        .containsExactly("Flag --old has been deprecated, use nothing instead");
    assertThat(Usage.usage(line)).doesNotContain("--old");
  }

  @Test
  @DisplayName("K-006 the usage block has its parts in their order")
  void usage() {
    assertThat(Usage.usage(parse("get ro web")))
        .isEqualTo(
            """
            Usage:
              tool get rollout NAME [flags]

            Aliases:
              rollout, ro

            Flags:
              -a, --argument stringArray   argument
              -h, --help                   help for rollout
                  --seconds int            seconds
              -t, --timeout duration       timeout
              -w, --watch                  watch (default true)

            Global Flags:
              -n, --namespace string   namespace
              -v, --v int              v
            """);
    assertThat(Usage.help(parse("get")))
        .isEqualTo(
            """
            Show things

            Usage:
              tool get [command]

            Available Commands:
              rollout     Show a rollout

            Flags:
              -h, --help   help for get

            Global Flags:
              -n, --namespace string   namespace
              -v, --v int              v

            Use "tool get [command] --help" for more information about a command.
            """);
  }
}
