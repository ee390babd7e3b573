package dev.rollouts.analysis.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.AnalysisPhase;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.ObservedData.Sample;
import dev.rollouts.api.provider.ObservedData.Series;
import dev.rollouts.api.provider.ObservedData.SeriesData;
import dev.rollouts.api.provider.config.Header;
import java.time.Instant;
import java.util.List;
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
  void cleansAllThatComesOut() {
    Redaction redaction = new Redaction();
    Observation.Value value =
        Observation.of(
                ResultKind.MAP,
                Map.of("hunter2", List.of("a hunter2", 1.0, true)),
                "{\"hunter2\":[\"a hunter2\",1,true]}")
            .withMetadata(Map.of("k", "hunter2"))
            .withData(labelled("hunter2"));
    assertThat(redaction.clean(value)).isSameAs(value);
    redaction.add("hunter2");
    assertThat(redaction.clean(value))
        .isEqualTo(
            Observation.of(
                    ResultKind.MAP,
                    Map.of("*****", List.of("a *****", 1.0, true)),
                    "{\"*****\":[\"a *****\",1,true]}")
                .withMetadata(Map.of("k", "*****"))
                .withData(labelled("*****")));
    assertThat(redaction.clean(Observation.failure("no hunter2")))
        .isEqualTo(Observation.failure("no *****"));
    assertThat(
            redaction.clean(
                new Observation.Verdict(AnalysisPhase.FAILED, "hunter2", "hunter2", Map.of())))
        .isEqualTo(new Observation.Verdict(AnalysisPhase.FAILED, "*****", "*****", Map.of()));
    Observation running = Observation.inProgress(Map.of("id", "hunter2"), Instant.EPOCH);
    assertThat(redaction.clean(running)).as("the provider needs it back").isEqualTo(running);
  }

  private static SeriesData labelled(String label) {
    return new SeriesData(
        List.of(new Series(Map.of("l", label), List.of(new Sample(Instant.EPOCH, 1)))));
  }

  @Test
  void knowsWhichHeadersCarryCredentials() {
    Redaction redaction = new Redaction();
    redaction.addHeaders(
        List.of(
            new Header("authorization", "Bearer abcd"),
            new Header("X-Api-Key", "efgh"),
            new Header("X-Tenant", "shop")));
    assertThat(redaction.clean("abcd Bearer abcd efgh shop")).isEqualTo("***** ***** ***** shop");
  }
}
