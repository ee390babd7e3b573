package dev.rollouts.engine.condition;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.apache.commons.jexl3.JexlBuilder;
import org.apache.commons.jexl3.JexlEngine;
import org.apache.commons.jexl3.JexlFeatures;
import org.apache.commons.jexl3.introspection.JexlPermissions;

/** JEXL, locked down: expressions and functions only, and not one class to look at. */
final class Engines {
  private static final int CALL_DEPTH_LIMIT = 2_000;

  private Engines() {}

  static JexlEngine create() {
    JexlFeatures features =
        JexlFeatures.createNone()
            .script(true)
            // Functions for predicates; their parameters count as local variables.
            .lambda(true)
            .thinArrow(true)
            .localVar(true);
    return new JexlBuilder()
        .features(features)
        .permissions(new Nothing())
        .arithmetic(new Arithmetic())
        .strict(true)
        .safe(false)
        .silent(false)
        .cancellable(false)
        .debug(false)
        .cache(0)
        .stackOverflow(CALL_DEPTH_LIMIT)
        .create();
  }

  /** Generated scripts call {@link Site}s only, which needs no reflection. */
  private static final class Nothing implements JexlPermissions {
    @Override
    public boolean allow(Class<?> type) {
      return false;
    }

    @Override
    public boolean allow(Constructor<?> constructor) {
      return false;
    }

    @Override
    public boolean allow(Field field) {
      return false;
    }

    @Override
    public boolean allow(Method method) {
      return false;
    }

    @Override
    public boolean allow(Package packaged) {
      return false;
    }

    @Override
    public JexlPermissions compose(String... source) {
      return this;
    }
  }
}
