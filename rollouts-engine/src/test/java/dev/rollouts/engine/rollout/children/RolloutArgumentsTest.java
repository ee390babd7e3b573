package dev.rollouts.engine.rollout.children;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollouts.api.analysis.Argument;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.RolloutArgument;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that a rollout supplies: docs/spec/children.md, arguments. */
class RolloutArgumentsTest {
  private static final Rollout ROLLOUT =
      Children.rollout(
          """
          {'replicas': 1000000, 'paused': true,
           'template': {'metadata': {'labels': {'app': 'web', 'dotted.key': 'x'}},
            'spec': {'containers': [{'name': 'web', 'image': 'web:2', 'args': ['a', 'b']}], 'factor': 0.25}},
           'strategy': {'canary': {'stableService': 'live', 'steps': [{'setWeight': 20}]}}}
          """,
          "{'currentPodHash': 'abc'}");

  private static String value(RolloutArgument... args) throws CannotBuildException {
    List<Argument> resolved = RolloutArguments.of(ROLLOUT, "new", "old").resolve(List.of(args));
    return String.valueOf(resolved.get(0).value());
  }

  private static RolloutArgument field(String path) {
    return new RolloutArgument(
        "a", "", new RolloutArgument.ValueFrom(null, new RolloutArgument.FieldRef(path)));
  }

  private static RolloutArgument hash(String which) {
    return new RolloutArgument("a", "literal", new RolloutArgument.ValueFrom(which, null));
  }

  @Test
  @DisplayName("A-241 an argument without a value supplies the empty string")
  void nothingIsTheEmptyString() throws CannotBuildException {
    assertThat(value(RolloutArgument.of("a", ""))).isEmpty();
    assertThat(value(new RolloutArgument("a", "", new RolloutArgument.ValueFrom(null, null))))
        .isEmpty();
    assertThat(value(RolloutArgument.of("a", "x"))).isEqualTo("x");
  }

  @ParameterizedTest(name = "{0}: {1} is {2}")
  @CsvSource({"A-242,Latest,new", "A-242,Stable,old", "A-242,Newest,''"})
  void hashesAreThoseOfTheReplicaSets(String rule, String which, String value)
      throws CannotBuildException {
    assertThat(value(hash(which))).as(rule).isEqualTo(value);
  }

  @ParameterizedTest(name = "{0}: {1} is {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A-243 | metadata.name                      | web",
        "A-243 | metadata.namespace                 | shop",
        "A-243 | metadata.uid                       | u-1",
        "A-243 | metadata.labels['team']            | red",
        "A-243 | metadata.labels['absent']          | ``",
        "A-243 | metadata.annotations['tab']        | `a\tb`",
        "A-243 | metadata.annotations               | `note=\"say \\\"hi\\\"\\nthere\"\ntab=\"a\\tb\"`",
        "A-243 | kind                               | Rollout",
        "A-243 | spec.replicas                      | 1000000",
        "A-243 | spec.paused                        | true",
        "A-243 | spec.template.spec.factor          | 0.25",
        "A-243 | spec.template.spec.containers[0].image   | web:2",
        "A-243 | spec.template.spec.containers.0.args[1]  | b",
        "A-243 | .spec..template.[metadata].labels.app    | web",
        "A-243 | spec.strategy.canary.steps[0].setWeight  | 20",
        "A-243 | status.currentPodHash              | abc",
      })
  void fieldsAreReadFromTheRollout(String rule, String path, String value)
      throws CannotBuildException {
    assertThat(value(field(path))).as(rule).isEqualTo(value);
  }

  @ParameterizedTest(name = "{0}: {1} is refused")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A-243 | metadata.generation    | unsupported fieldPath: metadata.generation; use metadata.name, .namespace, .uid, .labels['<key>'] or .annotations['<key>']",
        "A-243 | metadata               | unsupported fieldPath: metadata; use metadata.name, .namespace, .uid, .labels['<key>'] or .annotations['<key>']",
        "A-243 | metadata.name['x']     | fieldPath \"metadata.name['x']\" does not support a subscript; only metadata.labels and metadata.annotations do",
        "A-243 | metadata.labels['a b'] | invalid key 'a b' in fieldPath \"metadata.labels['a b']\"",
        "A-243 | spec.template.spec.containers[x]      | invalid index 'x'",
        "A-243 | spec.template.spec.containers[7]      | index 7 out of range",
        "A-243 | spec.template.spec.containers[-1]     | index -1 out of range",
        "A-243 | spec.nothing                          | invalid path spec.nothing in rollout",
        "A-243 | spec.replicas.more                    | invalid path spec.replicas.more in rollout",
        "A-243 | spec.template.metadata.labels.dotted.key | invalid path spec.template.metadata.labels.dotted.key in rollout",
        "A-243 | spec.template          | path spec.template in rollout must terminate in a primitive value",
        "A-243 | ``                     | path  in rollout must terminate in a primitive value",
      })
  void otherPathsAreRefused(String rule, String path, String error) {
    assertThatThrownBy(() -> value(field(path))).as(rule).hasMessage(error);
  }

  @Test
  @DisplayName("A-244 the first argument that cannot be resolved is the one that is reported")
  void theFirstErrorWins() {
    assertThatThrownBy(() -> value(field("spec.nothing"), field("spec.paused")))
        .hasMessage("invalid path spec.nothing in rollout");
    assertThatThrownBy(() -> value(field("spec.one"), field("spec.two")))
        .hasMessage("invalid path spec.one in rollout");
  }
}
