package dev.rollouts.codec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Trees with everything in them that a text may get wrong. */
final class RandomTrees {
  private static final String[] PARTS = {
    "a",
    "result",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    ": ",
    ":",
    " #",
    "#",
    "-",
    "- ",
    "'",
    "\"",
    "\\",
    "{{args.x}}",
    "[0]",
    "{",
    "}",
    ",",
    "yes",
    "no",
    "null",
    "~",
    "0x1F",
    "017",
    "1e3",
    "5",
    ".5",
    "1:30",
    "2026-05-01",
    "|",
    ">",
    "&a",
    "*a",
    "!t",
    "%",
    "@",
    "`",
    "?",
    "<<",
    "=",
    "---",
    "...",
    "ü",
    "€",
    "\uD83D\uDE00",
    "\u0085",
    "\u2028",
    "\u0000",
    "\u001b",
    "\uFEFF",
    "\uFFFE",
    "\u007f"
  };

  private final Random random;

  RandomTrees(long seed) {
    random = new Random(seed);
  }

  Map<String, @Nullable Object> object(int depth) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      object.put(text(), value(depth - 1));
    }
    return object;
  }

  private @Nullable Object value(int depth) {
    return switch (random.nextInt(depth > 0 ? 12 : 9)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt();
      case 3 -> random.nextInt(10);
      case 4 -> (long) Integer.MAX_VALUE + 1 + (random.nextLong() >>> 1 >>> 1);
      case 5 -> BigInteger.ONE.shiftLeft(63).add(BigInteger.valueOf(random.nextInt(1_000)));
      case 6 -> fraction(random.nextDouble() * Math.pow(10, random.nextInt(40) - 20.0));
      case 7, 8 -> text();
      case 9 -> list(depth);
      default -> object(depth);
    };
  }

  /** Whole numbers come back as integers, so there are none among the fractions. */
  private static double fraction(double number) {
    return number == Math.rint(number) ? 0.25 : number;
  }

  private List<@Nullable Object> list(int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      list.add(value(depth - 1));
    }
    return list;
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(PARTS[random.nextInt(PARTS.length)]);
    }
    return random.nextInt(100) == 0 ? text.toString().repeat(60) : text.toString();
  }
}
