package dev.rollouts.controller.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends spans that have ended, under ids that are given. Thread-safe. */
final class Spans implements AutoCloseable {
  private static final String SCOPE = "dev.rollouts.controller";
  private static final int FLUSH_SECONDS = 2;

  private final DerivedIds ids = new DerivedIds();
  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;
  private final Sampler sampler;

  /** Sends where {@code OTEL_*} says; spans only, over HTTP unless told otherwise. */
  Spans(Map<String, String> environment) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("otel.service.name", "rollouts-controller");
    properties.put("otel.traces.exporter", "otlp");
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
    properties.put("otel.exporter.otlp.protocol", "http/protobuf");
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_") && !value.isEmpty()) {
            properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    this.sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .disableShutdownHook()
            .addPropertiesSupplier(() -> properties)
            .addTracerProviderCustomizer((builder, config) -> builder.setIdGenerator(ids))
            .build()
            .getOpenTelemetrySdk();
    this.tracer = sdk.getTracer(SCOPE);
    this.sampler = sdk.getSdkTracerProvider().getSampler();
  }

  /**
   * A span that has ended.
   *
   * @param parent id of the span above, in the same trace; null for none
   */
  void send(
      String name,
      String trace,
      String span,
      @Nullable String parent,
      Instant start,
      Instant end,
      Attributes attributes,
      boolean failed) {
    Context context = parent == null ? Context.root() : below(trace, parent, name);
    ids.use(trace, span);
    Span ended;
    try {
      ended =
          tracer
              .spanBuilder(name)
              .setParent(context)
              .setStartTimestamp(start)
              .setAllAttributes(attributes)
              .startSpan();
    } finally {
      ids.used();
    }
    if (failed) {
      ended.setStatus(StatusCode.ERROR);
    }
    ended.end(end.isBefore(start) ? start : end);
  }

  /** The parent may be sent by another process, but whether it is follows from the trace. */
  private Context below(String trace, String parent, String name) {
    boolean sampled =
        sampler
                .shouldSample(
                    Context.root(), trace, name, SpanKind.INTERNAL, Attributes.empty(), List.of())
                .getDecision()
            == SamplingDecision.RECORD_AND_SAMPLE;
    return Context.root()
        .with(
            Span.wrap(
                SpanContext.createFromRemoteParent(
                    trace,
                    parent,
                    sampled ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                    TraceState.getDefault())));
  }

  @Override
  public void close() {
    sdk.getSdkTracerProvider().shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
  }
}
