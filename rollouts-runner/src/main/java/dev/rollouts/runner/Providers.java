package dev.rollouts.runner;

import static java.util.Objects.requireNonNull;

import dev.rollouts.api.analysis.Provider;
import dev.rollouts.api.provider.MetricProvider;
import dev.rollouts.api.provider.PluginMetricProvider;
import dev.rollouts.api.provider.ProviderSettings;
import dev.rollouts.api.provider.config.PluginConfig;
import dev.rollouts.api.provider.config.ProviderConfig;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The metric providers of a process: one for each type of configuration, one for each plugin name.
 * Immutable and thread-safe.
 */
public final class Providers {
  /** Keys of the {@code provider} section that an artifact of this project answers to. */
  private static final Set<String> PUBLISHED =
      Set.of("prometheus", "web", "wavefront", "kayenta", "job");

  private final Map<Object, MetricProvider<?>> byKey;
  private final List<String> broken;

  private Providers(Map<Object, MetricProvider<?>> byKey, List<String> broken) {
    this.byKey = Map.copyOf(byKey);
    this.broken = List.copyOf(broken);
  }

  /**
   * These providers and no others, as they are.
   *
   * @throws IllegalArgumentException if two of them answer to the same configuration
   */
  public static Providers of(MetricProvider<?>... providers) {
    return of(List.of(providers));
  }

  /**
   * These providers and no others, as they are.
   *
   * @throws IllegalArgumentException if two of them answer to the same configuration
   */
  public static Providers of(Collection<? extends MetricProvider<?>> providers) {
    Map<Object, MetricProvider<?>> byKey = new LinkedHashMap<>();
    for (MetricProvider<?> provider : providers) {
      MetricProvider<?> other = byKey.putIfAbsent(keyOf(provider), provider);
      if (other != null) {
        throw new IllegalArgumentException(
            "two providers for %s: %s and %s; leave one out"
                .formatted(
                    nameOf(provider), other.getClass().getName(), provider.getClass().getName()));
      }
    }
    return new Providers(byKey, List.of());
  }

  /**
   * Every provider that {@link ServiceLoader} finds, within the given settings. Of two for the same
   * configuration the first on the class path counts. One that cannot be loaded does not stop the
   * others; measurements that need it say why it is missing.
   */
  public static Providers discover(ProviderSettings settings, ClassLoader loader) {
    Map<Object, MetricProvider<?>> byKey = new LinkedHashMap<>();
    List<String> broken = new ArrayList<>();
    Iterator<MetricProvider<?>> found = services(loader);
    while (true) {
      try {
        if (!found.hasNext()) {
          return new Providers(byKey, broken);
        }
        MetricProvider<?> provider = found.next().withSettings(settings);
        byKey.putIfAbsent(keyOf(provider), provider);
      } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
        broken.add(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Every provider on the class path of the current thread, within the default settings. */
  public static Providers discover() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return discover(
        ProviderSettings.defaults(), context == null ? Providers.class.getClassLoader() : context);
  }

  /** These and the others; for the same configuration the others count. */
  public Providers with(Providers others) {
    Map<Object, MetricProvider<?>> all = new LinkedHashMap<>(byKey);
    all.putAll(others.byKey);
    List<String> faults = new ArrayList<>(broken);
    faults.addAll(others.broken);
    return new Providers(all, faults);
  }

  /**
   * These, and what else could not be loaded, which measurements that lack a provider then say.
   *
   * @param others one line each
   */
  public Providers withFaults(List<String> others) {
    List<String> faults = new ArrayList<>(broken);
    faults.addAll(others);
    return new Providers(byKey, faults);
  }

  /** The provider that answers to a configuration. */
  @SuppressWarnings("unchecked") // a provider is stored under the type of its configuration
  public <C extends ProviderConfig> Optional<MetricProvider<C>> find(C config) {
    Object key = config instanceof PluginConfig plugin ? plugin.name() : config.getClass();
    return Optional.ofNullable((MetricProvider<C>) byKey.get(key));
  }

  /**
   * What there is, in alphabetical order: {@code plugin acme/queue}, {@code prometheus}, {@code
   * web}.
   */
  public List<String> names() {
    Set<String> names = new TreeSet<>();
    byKey.values().forEach(provider -> names.add(nameOf(provider)));
    return List.copyOf(names);
  }

  /** Why nothing here answers to a configuration, and what to do about it. */
  String missing(ProviderConfig config) {
    StringBuilder text = new StringBuilder();
    if (config instanceof PluginConfig plugin) {
      text.append("plugin \"%s\" is not on the class path".formatted(plugin.name()))
          .append("; add a PluginMetricProvider of that name");
    } else if (PUBLISHED.contains(config.key())) {
      text.append(
          "provider %1$s is not on the class path; add dev.rollouts:analysis-%1$s"
              .formatted(config.key()));
    } else {
      text.append(
          "provider %s is not on the class path; add a MetricProvider for %s"
              .formatted(config.key(), config.getClass().getSimpleName()));
    }
    text.append("; there is: ").append(byKey.isEmpty() ? "none" : String.join(", ", names()));
    if (!broken.isEmpty()) {
      text.append("; could not be loaded: ").append(String.join(", ", broken));
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "Providers" + names();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // a service type cannot be generic
  private static Iterator<MetricProvider<?>> services(ClassLoader loader) {
    return (Iterator) ServiceLoader.load(MetricProvider.class, loader).iterator();
  }

  private static Object keyOf(MetricProvider<?> provider) {
    requireNonNull(provider, "provider");
    if (provider instanceof PluginMetricProvider plugin) {
      return plugin.pluginName();
    }
    Class<?> type = provider.configType();
    if (type == PluginConfig.class) {
      throw new IllegalArgumentException(
          "provider %s answers to plugins without saying which; implement PluginMetricProvider"
              .formatted(provider.getClass().getName()));
    }
    return type;
  }

  private static String nameOf(MetricProvider<?> provider) {
    return provider instanceof PluginMetricProvider plugin
        ? "plugin " + plugin.pluginName()
        : keyName(provider.configType());
  }

  /** The key under {@code provider} that a type of configuration stands for. */
  private static String keyName(Class<?> configType) {
    return Stream.of(Provider.class.getRecordComponents())
        .filter(component -> component.getType() == configType)
        .map(RecordComponent::getName)
        .findFirst()
        .orElseGet(configType::getSimpleName);
  }
}
