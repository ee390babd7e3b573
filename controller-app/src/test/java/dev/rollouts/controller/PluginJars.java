package dev.rollouts.controller;

import dev.rollouts.api.plugin.StepPlugin;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Jars of plugins, compiled against the API and nothing else, as their authors do it. */
public final class PluginJars {
  private static final Pattern CLASS = Pattern.compile("(?:class|interface) (\\w+)");
  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");

  private final Path folder;
  private final List<Path> sources = new ArrayList<>();
  private final Path classes;
  private final Path work;

  private PluginJars(Path folder) throws IOException {
    this.folder = folder;
    this.work = Files.createTempDirectory("plugin");
    this.classes = Files.createDirectories(work.resolve("classes"));
  }

  /** A jar that is to lie in a folder. */
  public static PluginJars in(Path folder) throws IOException {
    return new PluginJars(folder);
  }

  /** The module {@code examples/plugin}. */
  public static Path example(Path folder) throws IOException {
    Path module = Path.of("..", "examples", "plugin", "src", "main");
    PluginJars jar = in(folder);
    try (Stream<Path> files = Files.walk(module.resolve("java"))) {
      files.filter(each -> each.toString().endsWith(".java")).forEach(jar.sources::add);
    }
    Path services = module.resolve("resources/META-INF/services");
    try (Stream<Path> files = Files.list(services)) {
      for (Path each : files.toList()) {
        jar.file("META-INF/services/" + each.getFileName(), Files.readString(each));
      }
    }
    return jar.write("example-plugin.jar");
  }

  /** With a class. */
  public PluginJars source(String text) throws IOException {
    Matcher name = CLASS.matcher(text);
    Matcher place = PACKAGE.matcher(text);
    if (!name.find() || !place.find()) {
      throw new IllegalArgumentException(text);
    }
    Path file = work.resolve("src").resolve(place.group(1).replace('.', '/'));
    sources.add(
        Files.writeString(Files.createDirectories(file).resolve(name.group(1) + ".java"), text));
    return this;
  }

  /** With classes that it names as services. */
  public PluginJars service(Class<?> type, String... names) throws IOException {
    return file("META-INF/services/" + type.getName(), String.join("\n", names));
  }

  /** With a file. */
  public PluginJars file(String name, String content) throws IOException {
    Path file = classes.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return this;
  }

  /** Written. */
  public Path write(String name) throws IOException {
    return write(name, "none");
  }

  /** Written without a class that others were compiled with. */
  public Path write(String name, String without) throws IOException {
    compile();
    Path jar = Files.createDirectories(folder).resolve(name);
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> files = Files.walk(classes)) {
      for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
        String entry = classes.relativize(each).toString().replace('\\', '/');
        if (!entry.endsWith("/" + without + ".class")) {
          out.putNextEntry(new JarEntry(entry));
          Files.copy(each, out);
          out.closeEntry();
        }
      }
    }
    return jar;
  }

  private void compile() throws IOException {
    if (sources.isEmpty()) {
      return;
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean good =
          compiler
              .getTask(
                  problems,
                  files,
                  null,
                  List.of("-proc:none", "-d", classes.toString(), "-cp", classPath()),
                  null,
                  files.getJavaFileObjectsFromPaths(sources))
              .call();
      if (!good) {
        throw new IllegalArgumentException(problems.toString());
      }
    }
  }

  private static String classPath() {
    return String.join(
        java.io.File.pathSeparator,
        where(StepPlugin.class),
        where(org.jspecify.annotations.Nullable.class));
  }

  private static String where(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
