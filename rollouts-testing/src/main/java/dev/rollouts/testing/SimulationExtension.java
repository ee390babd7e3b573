package dev.rollouts.testing;

import dev.rollouts.simulation.Simulation;
import dev.rollouts.simulation.Templates;
import dev.rollouts.simulation.rollout.RolloutManifests;
import dev.rollouts.simulation.rollout.RolloutSimulation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What {@link Template}, {@link Manifests}, {@link Seed} and {@link SeededTest} do. The annotations
 * register it; nobody needs to name it.
 */
final class SimulationExtension
    implements ParameterResolver, TestTemplateInvocationContextProvider {
  private static final long SEED_DEFAULT = 1;

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getTestMethod(), SeededTest.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    SeededTest seeds =
        AnnotationSupport.findAnnotation(context.getTestMethod(), SeededTest.class).orElseThrow();
    if (seeds.value() < 1) {
      throw new ExtensionConfigurationException(
          "@SeededTest(%s): a test needs at least one seed".formatted(seeds.value()));
    }
    LongStream all =
        chosen(context)
            .map(LongStream::of)
            .orElse(LongStream.range(seeds.first(), seeds.first() + seeds.value()));
    return all.mapToObj(Invocation::new);
  }

  private static Optional<Long> chosen(ExtensionContext context) {
    return context
        .getConfigurationParameter(SeededTest.SEED_PARAMETER)
        .map(
            text -> {
              try {
                return Long.valueOf(text);
              } catch (NumberFormatException noNumber) {
                throw new ExtensionConfigurationException(
                    "%s=%s: expected a whole number".formatted(SeededTest.SEED_PARAMETER, text),
                    noNumber);
              }
            });
  }

  /** One run with one seed. */
  private record Invocation(long seed) implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int invocationIndex) {
      return "seed " + seed;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new Parameters(seed));
    }
  }

  // Without @SeededTest, the parameters are filled here; with it, by its invocation.

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return !supportsTestTemplate(context) && Parameters.isOurs(parameter);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return new Parameters(chosen(context).orElse(SEED_DEFAULT))
        .resolveParameter(parameter, context);
  }

  /** Fills parameters for one seed. */
  private record Parameters(long seed) implements ParameterResolver {
    static boolean isOurs(ParameterContext parameter) {
      return parameter.isAnnotated(Template.class)
          || parameter.isAnnotated(Manifests.class)
          || parameter.isAnnotated(Seed.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return isOurs(parameter);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      Class<?> type = parameter.getParameter().getType();
      Optional<Manifests> manifests = parameter.findAnnotation(Manifests.class);
      if (manifests.isPresent()) {
        return manifests(manifests.get(), type, context);
      }
      Optional<Template> template = parameter.findAnnotation(Template.class);
      if (template.isEmpty()) {
        if (type == long.class || type == Long.class) {
          return seed;
        }
        throw new ParameterResolutionException("@Seed is for a long, not for " + type.getName());
      }
      Templates templates = read(template.get(), context.getRequiredTestClass());
      if (type == Templates.class) {
        return templates;
      }
      if (type == Simulation.class) {
        return simulation(templates, template.get())
            .replayedBy(replay -> "to replay: " + replay(context, replay));
      }
      throw new ParameterResolutionException(
          "@Template is for a Simulation or for Templates, not for " + type.getName());
    }

    private Simulation simulation(Templates templates, Template template) {
      return template.name().isEmpty()
          ? templates.simulation(seed)
          : templates.simulation(template.name(), seed);
    }

    private Object manifests(Manifests annotation, Class<?> type, ExtensionContext context) {
      Map<String, String> texts = new LinkedHashMap<>();
      for (String name : annotation.value()) {
        texts.put(name, text("@Manifests", name, context.getRequiredTestClass()));
      }
      RolloutManifests manifests;
      try {
        manifests = RolloutManifests.parse(texts, annotation.rollout());
      } catch (IllegalArgumentException broken) {
        throw new ParameterResolutionException(String.valueOf(broken.getMessage()), broken);
      }
      if (type == RolloutManifests.class) {
        return manifests;
      }
      if (type == RolloutSimulation.class) {
        return manifests
            .simulation(seed)
            .scenario(manifests.release())
            .replayedBy("to replay: " + replay(context, seed));
      }
      throw new ParameterResolutionException(
          "@Manifests is for a RolloutSimulation or for RolloutManifests, not for "
              + type.getName());
    }

    private static Templates read(Template template, Class<?> test) {
      String name = template.value();
      try {
        return Templates.parse(name, text("@Template", name, test));
      } catch (IllegalArgumentException broken) {
        throw new ParameterResolutionException(String.valueOf(broken.getMessage()), broken);
      }
    }

    private static String text(String annotation, String name, Class<?> test) {
      try (InputStream in = test.getResourceAsStream(name)) {
        if (in == null) {
          throw new ParameterResolutionException(
              "%s(\"%s\"): no such file on the class path beside %s; a leading slash starts at the root"
                  .formatted(annotation, name, test.getName()));
        }
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(name + ": cannot be read", e);
      }
    }

    private static String replay(ExtensionContext context, long seed) {
      String test =
          context.getRequiredTestClass().getSimpleName()
              + context.getTestMethod().map(Method::getName).map(name -> "#" + name).orElse("");
      return "-D%s=%s -Dtest=%s".formatted(SeededTest.SEED_PARAMETER, seed, test);
    }
  }
}
