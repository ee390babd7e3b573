package dev.rollouts.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.analysis.Measurement;
import dev.rollouts.api.analysis.ResultKind;
import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.PluginMetricProvider;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.wire.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests the kit: each broken promise must fail the test that is about it. */
class KitTest {
  private static final String SECRET = "t0ken-of-acme";

  /** A provider that answers at once; subclasses break a promise each. */
  private static class Constant implements PluginMetricProvider {
    @Override
    public String pluginName() {
      return "acme/constant";
    }

    @Override
    public Observation run(MeasurementContext context, PluginConfig config) {
      return config.config().at("broken") == null
          ? Observation.value(1.0)
          : Observation.failure("acme is down");
    }
  }

  /** The kit as a stranger would subclass it. */
  abstract static class Kit extends MetricProviderKit<PluginConfig> {
    @Override
    protected PluginConfig config() {
      return new PluginConfig("acme/constant", JsonObject.of(Map.of("token", SECRET)));
    }

    @Override
    protected Optional<PluginConfig> unreachable() {
      return Optional.of(
          new PluginConfig(
              "acme/constant", JsonObject.of(Map.of("token", SECRET, "broken", true))));
    }

    @Override
    protected Set<String> secrets() {
      return Set.of(SECRET);
    }

    @Override
    protected boolean isRegistered() {
      return false;
    }
  }

  static class Good extends Kit {
    @Override
    protected MetricProvider<PluginConfig> provider() {
      return new Constant();
    }
  }

  @Test
  void aProviderThatKeepsItsPromisesPasses() {
    assertThat(Launched.failures(Good.class)).isEmpty();
  }

  static class Throws extends Kit {
    @Override
    protected MetricProvider<PluginConfig> provider() {
      return new Constant() {
        @Override
        public Observation run(MeasurementContext context, PluginConfig config) {
          if (config.config().at("broken") != null) {
            throw new IllegalStateException("down");
          }
          return super.run(context, config);
        }
      };
    }
  }

  @Test
  void anExceptionIsFound() {
    assertThat(Launched.failures(Throws.class))
        .containsExactly("aBackEndThatCannotBeReachedIsAFailureAndNoException()");
  }

  static class LeaksParserTypes extends Kit {
    @Override
    protected MetricProvider<PluginConfig> provider() {
      return new Constant() {
        @Override
        public Observation run(MeasurementContext context, PluginConfig config) {
          return config.config().at("broken") == null
              ? Observation.value(Map.of("a", List.of(JsonObject.empty())))
              : super.run(context, config);
        }
      };
    }
  }

  @Test
  void aValueThatIsNoPlainJdkValueIsFound() {
    assertThat(Launched.failures(LeaksParserTypes.class))
        .contains("aBackEndThatWorksGivesAnAnswer()");
  }

  static class MisnamesItsKind extends Kit {
    @Override
    protected MetricProvider<PluginConfig> provider() {
      return new Constant() {
        @Override
        public Observation run(MeasurementContext context, PluginConfig config) {
          return config.config().at("broken") == null
              ? Observation.of(ResultKind.SCALAR, BigDecimal.ONE, "1")
              : super.run(context, config);
        }

        @Override
        public Set<ResultKind> resultKinds(PluginConfig config) {
          return EnumSet.of(ResultKind.VECTOR);
        }
      };
    }
  }

  @Test
  void aKindThatIsNotDeclaredOrNotTrueIsFound() {
    assertThat(Launched.failures(MisnamesItsKind.class))
        .contains(
            "aBackEndThatWorksGivesAnAnswer()", "whatItReturnsIsAmongTheKindsThatItDeclares()");
  }

  static class Babbles extends Kit {
    @Override
    protected MetricProvider<PluginConfig> provider() {
      return new Constant() {
        @Override
        public Observation run(MeasurementContext context, PluginConfig config) {
          return config.config().at("broken") == null
              ? super.run(context, config)
              : Observation.failure("cannot reach acme with " + config.config());
        }

        @Override
        public Map<String, String> metadata(PluginConfig config) {
          return Map.of("config", config.toString());
        }
      };
    }
  }

  @Test
  void aSecretInAMessageOrInMetadataIsFound() {
    assertThat(Launched.failures(Babbles.class))
        .containsExactly(
            "aBackEndThatCannotBeReachedIsAFailureAndNoException()",
            "metadataOfTheMetricComesWithoutReachingOutAndWithoutSecrets()");
  }

  static class SharesState extends Kit {
    private static final AtomicInteger BUSY = new AtomicInteger();

    @Override
    protected MetricProvider<PluginConfig> provider() {
      return new Constant() {
        @Override
        public Observation run(MeasurementContext context, PluginConfig config) {
          try {
            if (BUSY.incrementAndGet() > 1) {
              return Observation.failure("one at a time, please");
            }
            for (int i = 0; i < 100_000 && BUSY.get() == 1; i++) {
              Thread.onSpinWait();
            }
            return super.run(context, config);
          } finally {
            BUSY.decrementAndGet();
          }
        }
      };
    }
  }

  @Test
  void aProviderThatServesOneThreadOnlyIsFound() {
    assertThat(Launched.failures(SharesState.class)).containsExactly("manyThreadsMayAskAtOnce()");
  }

  static class PretendsToResume extends Kit {
    @Override
    protected MetricProvider<PluginConfig> provider() {
      return new Constant() {
        @Override
        public Observation resume(
            MeasurementContext context, PluginConfig config, Measurement inFlight) {
          return Observation.value(1.0);
        }
      };
    }
  }

  @Test
  void aProviderThatPretendsToResumeIsFound() {
    assertThat(Launched.failures(PretendsToResume.class))
        .containsExactly(
            "aMeasurementInFlightThatItKnowsNothingOfIsAFailure()",
            "aProviderThatAnswersAtOnceHasNothingToResumeOrTerminate()");
  }

  static class Unregistered extends Good {
    @Override
    protected boolean isRegistered() {
      return true;
    }
  }

  @Test
  void aProviderThatNoServiceFindsIsFound() {
    assertThat(Launched.failures(Unregistered.class)).containsExactly("aServiceFindsIt()");
  }

  /** A provider over HTTP with every fault at once, as far as they can be had together. */
  static class CarelessOverHttp extends HttpMetricProviderKit<PluginConfig> {
    @Override
    protected MetricProvider<PluginConfig> provider() {
      return new PluginMetricProvider() {
        @Override
        public String pluginName() {
          return "acme/number";
        }

        @Override
        public Observation run(MeasurementContext context, PluginConfig config) {
          // No settings, no status, and whatever came counts.
          Observation seen =
              new AcmeProvider().withSettings(ProviderSettings.defaults()).run(context, config);
          return seen instanceof Observation.Failure failure
                  && !failure.message().contains("in time")
                  && !failure.message().contains("waited")
              ? Observation.value("it said " + config.config().at("token"))
              : seen;
        }
      };
    }

    @Override
    protected PluginConfig config(String url, Duration limit) {
      return AcmeProvider.config(url, limit, SECRET);
    }

    @Override
    protected String goodBody() {
      return "{\"value\": 0.99}";
    }

    @Override
    protected Set<String> secrets() {
      return Set.of(SECRET);
    }
  }

  @Test
  void carelessnessOverHttpIsFound() {
    assertThat(Launched.failures(CarelessOverHttp.class))
        .contains(
            "HTTP 429",
            "HTTP 500",
            "«{»",
            "anAnswerThatIsCutShortIsAFailure()",
            "anAnswerThatIsNoHttpIsAFailure()",
            "anAnswerThatUnfoldsBeyondTheLimitIsAFailure()",
            "anAnswerWithoutEndIsAFailure()",
            "aRedirectInACircleIsAFailure()",
            "aBackEndThatRepeatsCredentialsDoesNotGetThemIntoTheStatus()",
            "egressThatIsNotAllowedIsAFailureBeforeAnythingIsSent()",
            "aServiceFindsIt()")
        .doesNotContain("aBackEndThatNeverAnswersIsAFailureAfterItsTimeLimit()");
  }
}
