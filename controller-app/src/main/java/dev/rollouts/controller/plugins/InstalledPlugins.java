package dev.rollouts.controller.plugins;

import dev.rollouts.api.plugin.StepPlugin;
import dev.rollouts.api.plugin.TrafficRouterPlugin;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.PluginMetricProvider;
import dev.rollouts.api.provider.ProviderSettings;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of this process: those on its class path and those in the jars of a folder, by their
 * names. Each jar has a class loader of its own. What cannot be loaded is a fault that names the
 * jar; the others are loaded all the same. Of two plugins with one name the first counts: the class
 * path before the folder, and jars in the order of their names.
 *
 * <p>Source: docs/spec/operations.md#plugins.
 */
public final class InstalledPlugins implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InstalledPlugins.class);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,63}/[A-Za-z0-9_.-]{1,127}");
  private static final int FAULTS_MAX = 20;
  private static final int NAME_SHOWN = 80;
  private static final String CLASS_PATH = "class path";

  private final ProviderSettings settings;
  private final Duration limit;
  private final Map<String, StepPlugin> steps = new LinkedHashMap<>();
  private final Map<String, TrafficRouterPlugin> routers = new LinkedHashMap<>();
  private final Map<Object, MetricProvider<?>> providers = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();
  private final List<URLClassLoader> open = new ArrayList<>();

  private InstalledPlugins(ProviderSettings settings, Duration limit) {
    this.settings = settings;
    this.limit = limit;
  }

  /**
   * Loads what there is.
   *
   * @param program steps and routers of its class path are loaded too; its metric providers are the
   *     runner's
   * @param folder with jars
   * @param limit how long one jar may take
   */
  public static InstalledPlugins load(
      ClassLoader program, Optional<Path> folder, ProviderSettings settings, Duration limit) {
    InstalledPlugins installed = new InstalledPlugins(settings, limit);
    installed.within(
        CLASS_PATH,
        loading -> {
          installed.services(loading, StepPlugin.class, program, installed::step);
          installed.services(loading, TrafficRouterPlugin.class, program, installed::router);
        });
    folder.ifPresent(it -> installed.folder(it, program));
    return installed;
  }

  // --- jars

  private void folder(Path folder, ClassLoader program) {
    List<Path> jars;
    try (Stream<Path> files = Files.list(folder)) {
      jars = files.filter(each -> each.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      fault(folder.toString(), "cannot be read: " + Faults.describe(e));
      return;
    }
    for (Path jar : jars) {
      jar(jar, program);
    }
  }

  private void jar(Path jar, ClassLoader program) {
    String origin = String.valueOf(jar.getFileName());
    int before = steps.size() + routers.size() + providers.size() + faults.size();
    URLClassLoader loader;
    try (JarFile file = new JarFile(jar.toFile())) {
      LOG.debug("{} has {} entries", origin, file.size());
      loader = new URLClassLoader(origin, new URL[] {jar.toUri().toURL()}, new ApiLoader(program));
    } catch (IOException | RuntimeException e) {
      fault(origin, "is no jar: " + Faults.describe(e));
      return;
    }
    open.add(loader);
    within(
        origin,
        loading -> {
          services(loading, StepPlugin.class, loader, this::step);
          services(loading, TrafficRouterPlugin.class, loader, this::router);
          services(loading, MetricProvider.class, loader, this::provider);
        });
    if (before == steps.size() + routers.size() + providers.size() + faults.size()) {
      fault(origin, "brings no plugin; none is named in its META-INF/services");
    }
  }

  /** One jar on its way; what comes after it was given up counts no more. */
  private static final class Loading {
    private final String origin;
    private boolean givenUp;

    Loading(String origin) {
      this.origin = origin;
    }

    synchronized void add(Runnable entry) {
      if (!givenUp) {
        entry.run();
      }
    }

    synchronized void giveUp() {
      givenUp = true;
    }
  }

  private interface Work {
    void on(Loading loading);
  }

  /** Code of plugins runs when they are loaded, and may hang. */
  private void within(String origin, Work work) {
    Loading loading = new Loading(origin);
    Thread thread =
        new Thread(
            () -> {
              try {
                work.on(loading);
              } catch (Throwable e) {
                loading.add(() -> fault(origin, Faults.describe(e)));
              }
            },
            "plugins of " + origin);
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(limit.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loading.giveUp();
    if (thread.isAlive()) {
      thread.interrupt();
      fault(origin, "did not load within %d s".formatted(Math.max(1, limit.toSeconds())));
    }
  }

  private interface Entry<P> {
    void of(Loading loading, P plugin);
  }

  /** Services one by one, so that one that does not link leaves the others. */
  private <P> void services(
      Loading loading, Class<P> type, ClassLoader loader, Entry<? super P> entry) {
    Thread.currentThread().setContextClassLoader(loader);
    Iterator<P> found = ServiceLoader.load(type, loader).iterator();
    for (int wrong = 0; wrong < FAULTS_MAX; ) {
      try {
        if (!found.hasNext()) {
          return;
        }
        entry.of(loading, found.next());
      } catch (Throwable e) { // whatever it is, it is this plugin's
        wrong++;
        loading.add(() -> fault(loading.origin, Faults.describe(e)));
      }
    }
  }

  // --- plugins

  private void step(Loading loading, StepPlugin plugin) {
    String name = named(plugin.name());
    loading.add(() -> add(loading.origin, "step plugin", name, steps.putIfAbsent(name, plugin)));
  }

  private void router(Loading loading, TrafficRouterPlugin plugin) {
    String name = named(plugin.name());
    loading.add(
        () ->
            add(loading.origin, "traffic router plugin", name, routers.putIfAbsent(name, plugin)));
  }

  private void provider(Loading loading, MetricProvider<?> plugin) {
    MetricProvider<?> ready = plugin.withSettings(settings);
    MetricProvider<?> contained;
    Object key;
    if (ready instanceof PluginMetricProvider named) {
      String name = named(named.pluginName());
      contained = new ContainedProvider.Named(named, name);
      key = name;
    } else {
      contained = ContainedProvider.of(ready);
      key = contained.configType();
    }
    String shown = key instanceof Class<?> type ? type.getSimpleName() : String.valueOf(key);
    loading.add(
        () -> add(loading.origin, "metric provider", shown, providers.putIfAbsent(key, contained)));
  }

  private static String named(@Nullable String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      String shown = String.valueOf(name);
      throw new IllegalArgumentException(
          "a plugin is named \"%s\"; expected <namespace>/<name>"
              .formatted(
                  shown.length() <= NAME_SHOWN ? shown : shown.substring(0, NAME_SHOWN) + "…"));
    }
    return name;
  }

  private void add(String origin, String what, String name, @Nullable Object other) {
    if (other == null) {
      LOG.info("{}: {} {}", origin, what, name);
    } else {
      fault(origin, "%s %s is there already, so this one is left out".formatted(what, name));
    }
  }

  private void fault(String origin, String problem) {
    LOG.warn("plugins of {}: {}", origin, problem);
    faults.add(origin + ": " + problem);
  }

  // --- what there is

  /** Steps by name. */
  public Map<String, StepPlugin> steps() {
    return Collections.unmodifiableMap(steps);
  }

  /** Traffic routers by name. */
  public Map<String, TrafficRouterPlugin> routers() {
    return Collections.unmodifiableMap(routers);
  }

  /** Metric providers from jars. */
  public Collection<MetricProvider<?>> providers() {
    return Collections.unmodifiableCollection(providers.values());
  }

  /** Whether there is a plugin with that name, of whatever sort. */
  boolean has(String name) {
    return steps.containsKey(name) || routers.containsKey(name) || providers.containsKey(name);
  }

  /** What could not be loaded, and why. */
  public List<String> faults() {
    return List.copyOf(faults);
  }

  /** Classes that are not loaded yet are loaded no more. */
  @Override
  public void close() {
    for (URLClassLoader each : open) {
      try {
        each.close();
      } catch (IOException e) {
        LOG.debug("{}: {}", each.getName(), e.getMessage());
      }
    }
  }
}
