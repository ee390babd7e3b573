package dev.rollouts.analysis.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.Observation;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedactionTest {
  @Test
  void takesTheLongerCredentialFirstAndLeavesShortOnesAlone() {
    Redaction redaction = new Redaction();
    redaction.add("hunter");
    redaction.add("hunter2");
    redaction.add("401");
    redaction.add("");
    assertThat(redaction.clean("hunter2 and hunter: 401")).isEqualTo("***** and *****: 401");
  }

  @Test
  void cleansAllThatIsRecordedAndNothingThatIsJudged() {
    Redaction redaction = new Redaction();
    Observation.Value value =
        Observation.of(ResultKind.STRING, "hunter2", "hunter2")
            .withMetadata(Map.of("k", "hunter2"));
    assertThat(redaction.clean(value)).isSameAs(value);
    redaction.add("hunter2");
    assertThat(redaction.clean(value))
        .isEqualTo(
            Observation.of(ResultKind.STRING, "hunter2", "*****")
                .withMetadata(Map.of("k", "*****")));
    assertThat(redaction.clean(Observation.failure("no hunter2")))
        .isEqualTo(Observation.failure("no *****"));
    assertThat(
            redaction.clean(
                new Observation.Verdict(AnalysisPhase.FAILED, "hunter2", "hunter2", Map.of())))
        .isEqualTo(new Observation.Verdict(AnalysisPhase.FAILED, "*****", "*****", Map.of()));
    Observation running = Observation.inProgress(Map.of("id", "hunter2"), Instant.EPOCH);
    assertThat(redaction.clean(running)).as("the provider needs it back").isEqualTo(running);
  }
}
