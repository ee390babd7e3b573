package dev.rollouts.cli.lint;

import dev.rollouts.api.provider.config.Authentication;
import dev.rollouts.api.provider.config.CloudWatchQuery;
import dev.rollouts.api.provider.config.DatadogQuery;
import dev.rollouts.api.provider.config.GraphiteQuery;
import dev.rollouts.api.provider.config.InfluxdbQuery;
import dev.rollouts.api.provider.config.JobTemplate;
import dev.rollouts.api.provider.config.KayentaCanary;
import dev.rollouts.api.provider.config.NewRelicQuery;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.PrometheusQuery;
import dev.rollouts.api.provider.config.ProviderConfig;
import dev.rollouts.api.provider.config.SkyWalkingQuery;
import dev.rollouts.api.provider.config.WavefrontQuery;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.GoDuration;
import dev.rollouts.api.wire.Path;
import dev.rollouts.engine.condition.ConditionEvaluator;
import dev.rollouts.engine.condition.TimeOutcome;
import dev.rollouts.runner.Providers;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Settings of a provider of which the file alone tells that they cannot work, or do nothing. */
final class ProviderChecks implements ProviderConfig.Handler<Boolean> {
  private static final Pattern URL = Pattern.compile("(?i)https?://(?:[^/?#\\s@]*@)?[^/?#\\s@]");
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*+\"|'[^']*+'");

  private final MetricView metric;
  private final Providers providers;
  private final ConditionEvaluator evaluator;

  ProviderChecks(MetricView metric, Providers providers, ConditionEvaluator evaluator) {
    this.metric = metric;
    this.providers = providers;
    this.evaluator = evaluator;
  }

  void check() {
    metric
        .provider()
        .ifPresent(
            config -> {
              checkPresent(config);
              config.accept(this);
              SecretChecks.check(metric, config);
            });
  }

  private <C extends ProviderConfig> void checkPresent(C config) {
    if (providers.find(config).isEmpty()) {
      String name =
          config instanceof PluginConfig plugin ? "plugin \"" + plugin.name() + "\"" : config.key();
      report(
          Rule.PROVIDER_ABSENT,
          Severity.INFO,
          metric.at("provider", config.key()),
          "there is no provider for %s on the class path; here its measurements would be Errors"
              .formatted(name),
          "");
    }
  }

  @Override
  public Boolean prometheus(PrometheusQuery query) {
    String address = query.address();
    if (address == null || address.isEmpty()) {
      report(
          Rule.PROVIDER_SUSPICIOUS,
          Severity.INFO,
          metric.atProvider(query, "address"),
          "without address the controller's variable ARGO_ROLLOUTS_PROMETHEUS_ADDRESS is used, if it"
              + " is set",
          "add address");
    } else {
      checkUrl(metric.atProvider(query, "address"), address);
    }
    required(metric.atProvider(query, "query"), query.query(), "the query is empty");
    if (query.timeout() != null && query.timeout() <= 0) {
      error(
          metric.atProvider(query, "timeout"),
          query.timeout() == 0
              ? "a timeout of 0 expires at once"
              : "prometheus timeout should not be negative",
          "write seconds, or remove it for the default of 30");
    }
    checkRange(query);
    Authentication credentials = query.authentication();
    if (credentials != null) {
      checkBasic(query, credentials.basicAuth());
      checkOAuth2(query, credentials.oauth2());
      checkSigV4(query, credentials.sigv4());
    }
    return true;
  }

  private void checkRange(PrometheusQuery query) {
    PrometheusQuery.RangeQuery range = query.rangeQuery();
    if (range == null) {
      return;
    }
    Path path = metric.atProvider(query, "rangeQuery");
    checkTime(path.key("start"), range.start());
    checkTime(path.key("end"), range.end());
    if (!Substitution.isOpen(range.step()) && GoDuration.tryParse(range.step()).isEmpty()) {
      error(
          path.key("step"),
          "failed to parse rangeQuery.step as duration: \"%s\"".formatted(range.step()),
          "write a duration such as 30s");
    }
  }

  private void checkTime(Path path, String expression) {
    if (Substitution.isOpen(expression)) {
      return;
    }
    TimeOutcome outcome = evaluator.evaluateTime(expression, Instant.EPOCH);
    if (outcome instanceof TimeOutcome.Failed failed) {
      error(
          path,
          "\"%s\" yields no time: %s".formatted(expression, failed.error().detail()),
          "write an expression such as now() - duration(\"1h\")");
    }
  }

  private void checkBasic(ProviderConfig config, Authentication.@Nullable BasicAuth basic) {
    if (basic != null && basic.username().isEmpty() != basic.password().isEmpty()) {
      String missing = basic.username().isEmpty() ? "username" : "password";
      error(
          metric.atProvider(config, "authentication", "basicAuth"),
          "missing mandatory parameter in metric for basic auth setup: " + missing,
          "add " + missing);
    }
  }

  private void checkOAuth2(ProviderConfig config, Authentication.@Nullable OAuth2 oauth2) {
    if (oauth2 == null) {
      return;
    }
    Path path = metric.atProvider(config, "authentication", "oauth2");
    if (oauth2.tokenUrl().isEmpty()) {
      report(
          Rule.PROVIDER_IGNORED,
          Severity.WARNING,
          path,
          "without tokenUrl OAuth 2 is off",
          "add tokenUrl, or remove oauth2");
    } else if (oauth2.clientId().isEmpty() || oauth2.clientSecret().isEmpty()) {
      error(
          path,
          "missing mandatory parameter in metric for OAuth2 setup",
          "add " + (oauth2.clientId().isEmpty() ? "clientId" : "clientSecret"));
    } else {
      checkUrl(path.key("tokenUrl"), oauth2.tokenUrl());
    }
  }

  private void checkSigV4(PrometheusQuery query, Authentication.@Nullable SigV4 sigv4) {
    String address = String.valueOf(query.address());
    if (sigv4 != null && !Substitution.isOpen(address) && !address.contains("aps-workspaces")) {
      report(
          Rule.PROVIDER_IGNORED,
          Severity.WARNING,
          metric.atProvider(query, "authentication", "sigv4"),
          "requests are signed only when the address contains aps-workspaces",
          "remove sigv4, or correct the address");
    }
  }

  @Override
  public Boolean web(WebRequest request) {
    if (required(metric.atProvider(request, "url"), request.url(), "the url is empty")) {
      checkUrl(metric.atProvider(request, "url"), request.url());
    }
    boolean get = request.method().isEmpty() || request.method().equals("GET");
    boolean body = !request.body().isEmpty();
    if (body && request.jsonBody() != null) {
      error(
          metric.atProvider(request, "body"),
          "use either Body or JSONBody; both cannot exists for WebMetric payload",
          "remove one of them");
    } else if (get && (body || request.jsonBody() != null)) {
      error(
          metric.atProvider(request, body ? "body" : "jsonBody"),
          "Body/JSONBody can only be used with POST or PUT WebMetric Method types",
          "add method: POST");
    }
    checkJsonPath(request);
    Authentication credentials = request.authentication();
    if (credentials != null) {
      checkOAuth2(request, credentials.oauth2());
      if (credentials.basicAuth() != null || credentials.sigv4() != null) {
        report(
            Rule.PROVIDER_IGNORED,
            Severity.WARNING,
            metric.atProvider(request, "authentication"),
            "web honours oauth2 only; basicAuth and sigv4 are ignored",
            "write a header Authorization whose value is {{args.<name>}}, from a secret");
      }
    }
    return true;
  }

  private void checkJsonPath(WebRequest request) {
    String jsonPath = request.jsonPath();
    if (jsonPath.isEmpty() || Substitution.isOpen(jsonPath)) {
      return;
    }
    Path path = metric.atProvider(request, "jsonPath");
    String outsideQuotes = QUOTED.matcher(jsonPath).replaceAll("");
    if (outsideQuotes.chars().filter(c -> c == '{').count()
        > outsideQuotes.chars().filter(c -> c == '}').count()) {
      error(path, "unclosed action", "add }");
    } else if (!jsonPath.startsWith("{")) {
      report(
          Rule.PROVIDER_SUSPICIOUS,
          Severity.WARNING,
          path,
          "text outside of braces is taken as it is: the result is the string \"%s\""
              .formatted(jsonPath),
          jsonPath.contains("{")
              ? "start with the brace"
              : "write \"{" + (jsonPath.startsWith("$") ? "" : "$.") + jsonPath + "}\"");
    }
  }

  @Override
  public Boolean wavefront(WavefrontQuery query) {
    String address = query.address();
    if (required(metric.atProvider(query, "address"), address, "the address is empty")
        && !Substitution.isOpen(address)
        && address.contains("/")) {
      error(
          metric.atProvider(query, "address"),
          "\"%s\" is not a host name; it is asked by https and selects the token"
              .formatted(SecretChecks.shown(address)),
          "write the host name alone, such as example.wavefront.com");
    }
    required(metric.atProvider(query, "query"), query.query(), "the query is empty");
    return true;
  }

  @Override
  public Boolean kayenta(KayentaCanary canary) {
    checkUrl(metric.atProvider(canary, "address"), canary.address());
    if (canary.threshold().pass() < canary.threshold().marginal()) {
      report(
          Rule.PROVIDER_SUSPICIOUS,
          Severity.WARNING,
          metric.atProvider(canary, "threshold"),
          "pass (%s) is below marginal (%s), so that nothing is Inconclusive"
              .formatted(canary.threshold().pass(), canary.threshold().marginal()),
          "swap them");
    }
    for (int i = 0; i < canary.scopes().size(); i++) {
      KayentaCanary.Scope scope = canary.scopes().get(i);
      Path path = metric.atProvider(canary, "scopes", i);
      checkPair(path, "start", scope.controlScope().start(), scope.experimentScope().start());
      checkPair(path, "end", scope.controlScope().end(), scope.experimentScope().end());
    }
    return true;
  }

  private void checkPair(Path path, String field, String control, String experiment) {
    if (control.isEmpty() != experiment.isEmpty()) {
      error(
          path,
          "%s is set in one of controlScope and experimentScope only".formatted(field),
          "set it in both or in none");
    }
  }

  @Override
  public Boolean datadog(DatadogQuery query) {
    boolean v2 = query.apiVersion().equals("v2");
    boolean single = !query.query().isEmpty();
    boolean several = !query.queries().isEmpty();
    Path path = metric.at("provider", query.key());
    if (!query.apiVersion().isEmpty() && !v2 && !query.apiVersion().equals("v1")) {
      error(path.key("apiVersion"), "apiVersion is v1 or v2", "write v1 or v2");
    } else if (single == several) {
      error(
          path,
          single ? "Cannot have both a query and queries" : "Must have either a query or queries",
          single ? "remove one of them" : "add query");
    } else if (!v2 && several) {
      error(path, "v1 takes query, not queries", "add apiVersion: v2");
    } else if (!query.formula().isEmpty() && !several) {
      error(path.key("formula"), "Formula are only valid when queries are set", "remove formula");
    } else if (query.queries().size() > 1 && query.formula().isEmpty()) {
      error(
          path,
          "When multiple queries are provided you must include a formula",
          "add formula, which names the queries");
    } else if (!v2 && !query.aggregator().isEmpty()) {
      error(path.key("aggregator"), "Aggregator is not supported in v1", "add apiVersion: v2");
    }
    if (query.secretRef() != null
        && query.secretRef().namespaced()
        && query.secretRef().name().isEmpty()) {
      error(
          path.key("secretRef"),
          "secret name is required for namespaced credentials",
          "add secretRef.name");
    }
    checkDuration(path.key("interval"), query.interval());
    checkDuration(path.key("requestTimeout"), query.requestTimeout());
    return true;
  }

  @Override
  public Boolean newRelic(NewRelicQuery query) {
    if (query.timeout() != null && query.timeout() < 0) {
      error(
          metric.atProvider(query, "timeout"),
          "timeout value needs to be a positive value",
          "write seconds");
    }
    return true;
  }

  @Override
  public Boolean job(JobTemplate job) {
    JobChecks.check(metric, job);
    return true;
  }

  @Override
  public Boolean cloudWatch(CloudWatchQuery query) {
    checkDuration(metric.atProvider(query, "interval"), query.interval());
    return true;
  }

  @Override
  public Boolean graphite(GraphiteQuery query) {
    if (required(metric.atProvider(query, "address"), query.address(), "the address is empty")) {
      checkUrl(metric.atProvider(query, "address"), query.address());
    }
    return true;
  }

  @Override
  public Boolean influxdb(InfluxdbQuery query) {
    return required(metric.atProvider(query, "query"), query.query(), "the query is empty");
  }

  @Override
  public Boolean skywalking(SkyWalkingQuery query) {
    if (required(metric.atProvider(query, "interval"), query.interval(), "interval is needed")) {
      checkDuration(metric.atProvider(query, "interval"), query.interval());
    }
    return true;
  }

  @Override
  public Boolean plugin(PluginConfig config) {
    if (!config.name().contains("/")) {
      report(
          Rule.PROVIDER_SUSPICIOUS,
          Severity.WARNING,
          metric.atProvider(config, config.name()),
          "plugins are named <namespace>/<name>",
          "write the name under which it is registered");
    }
    return true;
  }

  private void checkDuration(Path path, String duration) {
    if (!duration.isEmpty()
        && !Substitution.isOpen(duration)
        && GoDuration.tryParse(duration).isEmpty()) {
      error(path, "\"%s\" is no duration".formatted(duration), "write one such as 5m");
    }
  }

  /** Whether a text is there; that a required field is absent has been said already. */
  private boolean required(Path path, String text, String message) {
    boolean said = path.equals(metric.at("provider", "web", "url")) && isAbsent(path);
    if (text.isBlank() && !said) {
      error(path, message, "write it");
    }
    return !text.isBlank();
  }

  private boolean isAbsent(Path path) {
    return metric.subject().document().valueAt(path) == null;
  }

  private void checkUrl(Path path, String url) {
    if (Substitution.isOpen(url) || url.isEmpty()) {
      return;
    }
    if (!URL.matcher(url.strip()).lookingAt()) {
      error(
          path,
          "\"%s\" is no URL with scheme and host".formatted(SecretChecks.shown(url)),
          "write http://… or https://…");
    }
  }

  private void error(Path path, String message, String suggestion) {
    report(Rule.PROVIDER_SETTING, Severity.ERROR, path, message, suggestion);
  }

  private void report(Rule rule, Severity severity, Path path, String message, String suggestion) {
    metric.report(rule, severity, path, message, suggestion);
  }
}
