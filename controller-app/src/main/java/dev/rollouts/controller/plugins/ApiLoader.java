package dev.rollouts.controller.plugins;

import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

/**
 * What the jar of a plugin sees of this program: the JDK and the classes of the API. Everything
 * else it brings itself, in the versions that it wants.
 */
final class ApiLoader extends ClassLoader {
  private static final String API = "dev.rollouts.api.";

  private final ClassLoader program;

  ApiLoader(ClassLoader program) {
    super("rollouts-api", ClassLoader.getPlatformClassLoader());
    this.program = program;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (name.startsWith(API)) {
      return program.loadClass(name);
    }
    throw new ClassNotFoundException(
        name + ", which neither the plugin's jar nor the API of plugins has");
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    return Collections.emptyEnumeration(); // the services of the program are not those of a jar
  }
}
