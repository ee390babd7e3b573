package dev.rollouts.engine.hash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepHashTest {
  private static CanaryStep step(String json) {
    return Wire.decode(CanaryStep.class, PodTemplateHashTest.parse(json).fields()).value();
  }

  @Test
  @DisplayName("R-033 the worked examples")
  void hashesTheWorkedExamples() {
    assertThat(StepHash.of(List.of())).isEqualTo("5ffbfbbd64");
    assertThat(StepHash.of(List.of(CanaryStep.ofPause()))).isEqualTo("6b9b86fbd5");
    assertThat(StepHash.of(List.of(CanaryStep.ofWeight(10), CanaryStep.ofPause())))
        .isEqualTo("849b756fd4");
  }

  @ParameterizedTest(name = "R-033 {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "same",
      value = {
        "{\"setWeight\":0}|same",
        "{\"pause\":{\"duration\":30}}|same",
        "{\"pause\":{\"duration\":\"1h<\"}}|{\"pause\":{\"duration\":\"1h\\u003c\"}}",
        "{\"setCanaryScale\":{\"replicas\":0,\"weight\":5,\"matchTrafficWeight\":false}}"
            + "|{\"setCanaryScale\":{\"weight\":5,\"replicas\":0}}",
        "{\"setHeaderRoute\":{\"match\":[{\"headerName\":\"h\"}],\"name\":\"r\"}}"
            + "|{\"setHeaderRoute\":{\"name\":\"r\","
            + "\"match\":[{\"headerName\":\"h\",\"headerValue\":null}]}}",
        "{\"setHeaderRoute\":{\"name\":\"r\",\"match\":[]}}|{\"setHeaderRoute\":{\"name\":\"r\"}}",
        "{\"setMirrorRoute\":{\"match\":[{\"headers\":{\"b\":{\"regex\":\"x\"},\"a\":{}}}]}}"
            + "|{\"setMirrorRoute\":{\"name\":\"\","
            + "\"match\":[{\"headers\":{\"a\":{},\"b\":{\"regex\":\"x\"}}}]}}",
        "{\"plugin\":{\"name\":\"o/r\",\"config\":{\"b\":[1,2.50,true,null],\"a\":{\"d\":\"\",\"c\":0}}}}"
            + "|{\"plugin\":{\"name\":\"o/r\","
            + "\"config\":{\"a\":{\"c\":0,\"d\":\"\"},\"b\":[1,2.5,true,null]}}}",
        "{\"analysis\":{\"templates\":[{\"templateName\":\"t\",\"clusterScope\":true}],"
            + "\"args\":[{\"name\":\"a\",\"valueFrom\":{\"podTemplateHashValue\":\"Latest\"}}]}}|same",
        "{\"analysis\":{\"templates\":[{\"templateName\":\"t\",\"clusterScope\":false}]}}|same",
        "{\"analysis\":{}}|same",
        "{\"experiment\":{\"templates\":[{\"specRef\":\"canary\",\"name\":\"c\",\"service\":{}}]}}"
            + "|{\"experiment\":{\"templates\":[{\"name\":\"c\",\"specRef\":\"canary\",\"metadata\":{},"
            + "\"service\":{}}],\"analysisRunMetadata\":{}}}",
        "{\"experiment\":{\"templates\":[],\"duration\":\"5m\",\"scaleDownDelaySeconds\":0,"
            + "\"analyses\":[{\"name\":\"a\",\"templateName\":\"t\",\"requiredForCompletion\":false}]}}"
            + "|{\"experiment\":{\"templates\":[],\"duration\":\"5m\","
            + "\"analyses\":[{\"name\":\"a\",\"templateName\":\"t\"}],"
            + "\"analysisRunMetadata\":{},\"scaleDownDelaySeconds\":0}}",
        "{}|same",
      })
  void writesStepsAsATypedClientDoes(String step, String json) {
    assertThat(StepHash.json(List.of(step(step))))
        .isEqualTo("[" + (json == null ? step : json) + "]");
  }

  @Test
  void theOrderOfStepsCounts() {
    CanaryStep weight = CanaryStep.ofWeight(10);
    assertThat(StepHash.of(List.of(weight, CanaryStep.ofPause())))
        .isNotEqualTo(StepHash.of(List.of(CanaryStep.ofPause(), weight)));
  }
}
