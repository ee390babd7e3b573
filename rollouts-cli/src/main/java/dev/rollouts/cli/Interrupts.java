package dev.rollouts.cli;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/** How Ctrl-C and a request to terminate arrive. */
@FunctionalInterface
public interface Interrupts {
  /**
   * Calls {@code first} on the first one; a second one ends the process at once.
   *
   * @return undoes it
   */
  Runnable onInterrupt(Runnable first);

  /** Never any. */
  static Interrupts none() {
    return first -> () -> {};
  }

  /** The signals INT and TERM of this process. */
  static Interrupts ofProcess() {
    return ofProcess(ExitCodes.INTERRUPTED);
  }

  /** The same, where a second one ends the process with this code. */
  static Interrupts ofProcess(int exitCode) {
    return first -> {
      AtomicBoolean before = new AtomicBoolean();
      Runnable handler =
          () -> {
            if (before.getAndSet(true)) {
              Runtime.getRuntime().halt(exitCode);
            }
            first.run();
          };
      Runnable restoreInt = handle("INT", handler);
      Runnable restoreTerm = handle("TERM", handler);
      return () -> {
        restoreInt.run();
        restoreTerm.run();
      };
    };
  }

  /**
   * Handles a signal through the JDK's only way to do that, reached by reflection because it is not
   * part of Java. Where it is missing, Ctrl-C ends the process as ever.
   */
  private static Runnable handle(String name, Runnable handler) {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object signal = signalType.getConstructor(String.class).newInstance(name);
      Object proxy =
          Proxy.newProxyInstance(
              Interrupts.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (self, method, args) -> {
                if (method.getName().equals("handle")) {
                  handler.run();
                  return null;
                }
                return switch (method.getName()) {
                  case "hashCode" -> System.identityHashCode(self);
                  case "equals" -> args != null && self == args[0];
                  default -> "rollouts " + name;
                };
              });
      var handle = signalType.getMethod("handle", signalType, handlerType);
      Object before = handle.invoke(null, signal, proxy);
      return () -> {
        try {
          handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException unavailable) {
          // The handler stays; it is harmless once the run is over.
        }
      };
    } catch (ReflectiveOperationException | IllegalArgumentException unavailable) {
      return () -> {};
    }
  }
}
