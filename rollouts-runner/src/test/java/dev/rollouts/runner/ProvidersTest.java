package dev.rollouts.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollouts.api.provider.MeasurementContext;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.Observation;
import dev.rollouts.api.provider.PluginMetricProvider;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.WebRequest;
import dev.rollouts.api.wire.JsonObject;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvidersTest {
  @TempDir private Path directory;

  @Test
  void aProviderThatCannotBeLoadedStopsNoOther() throws IOException {
    try (URLClassLoader loader =
        services("acme.Gone", Broken.class.getName(), Web.class.getName())) {
      Providers providers = Providers.discover(ProviderSettings.defaults(), loader);

      assertThat(providers.names()).contains("web").doesNotContain("acme/broken");
      assertThat(providers.missing(new PluginConfig("acme/broken", JsonObject.empty())))
          .startsWith("plugin \"acme/broken\" is not on the class path")
          .containsPattern("there is: .*web; could not be loaded: ")
          .contains("Provider acme.Gone not found")
          .contains(Broken.class.getName());
    }
  }

  @Test
  void discoveredProvidersWorkWithinTheSettings() throws IOException {
    try (URLClassLoader loader = services(Web.class.getName())) {
      ProviderSettings settings = ProviderSettings.defaults().withEnvironment(Map.of("A", "b"));

      MetricProvider<WebRequest> web =
          Providers.discover(settings, loader).find(WebRequest.get("http://x")).orElseThrow();

      assertThat(((Web) web).settings).isSameAs(settings);
    }
  }

  @Test
  void oneThatIsHandedOverWinsOverOneThatIsFound() throws IOException {
    Web own = new Web();
    try (URLClassLoader loader = services(Web.class.getName())) {
      Providers providers =
          Providers.discover(ProviderSettings.defaults(), loader).with(Providers.of(own));

      assertThat(providers.find(WebRequest.get("http://x"))).containsSame(own);
    }
  }

  private URLClassLoader services(String... names) throws IOException {
    Path file = directory.resolve("META-INF/services/" + MetricProvider.class.getName());
    Files.createDirectories(file.getParent());
    Files.write(file, java.util.List.of(names));
    return new URLClassLoader(
        new URL[] {directory.toUri().toURL()}, ProvidersTest.class.getClassLoader());
  }

  /** Found by the loader. */
  public static final class Web implements MetricProvider<WebRequest> {
    private final ProviderSettings settings;

    public Web() {
      this(ProviderSettings.defaults());
    }

    private Web(ProviderSettings settings) {
      this.settings = settings;
    }

    @Override
    public Class<WebRequest> configType() {
      return WebRequest.class;
    }

    @Override
    public Observation run(MeasurementContext context, WebRequest config) {
      return Observation.value(1.0);
    }

    @Override
    public MetricProvider<WebRequest> withSettings(ProviderSettings others) {
      return new Web(others);
    }
  }

  /** Breaks while it is made. */
  public static final class Broken implements PluginMetricProvider {
    public Broken() {
      throw new IllegalStateException("no licence");
    }

    @Override
    public String pluginName() {
      return "acme/broken";
    }

    @Override
    public Observation run(MeasurementContext context, PluginConfig config) {
      return Observation.value(1.0);
    }
  }
}
