package dev.rollouts.testcluster.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Answers to lists as they were a while ago. Thread-safe. */
final class StaleLists {
  private static final Pattern VERSION = Pattern.compile("&?resourceVersion(Match)?=[^&]*");
  private static final int KEPT = 256;

  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();

  private final Map<String, Question> questions = new ConcurrentHashMap<>();

  private static final class Answer {
    private final long at;
    private final byte[] bytes;

    Answer(long at, byte[] bytes) {
      this.at = at;
      this.bytes = bytes;
    }
  }

  /** What was asked, as the server gets it. */
  static final class Question {
    private final ProxiedRequest request;
    private final byte[] bytes;

    Question(ProxiedRequest request, byte[] bytes) {
      this.request = request;
      this.bytes = bytes;
    }

    ProxiedRequest request() {
      return request;
    }

    void writeTo(OutputStream server) throws IOException {
      server.write(bytes);
      server.flush();
    }
  }

  static boolean keeps(ProxiedRequest request) {
    return request.isList() && !request.query().contains("continue=");
  }

  private static String key(ProxiedRequest request) {
    return request.path() + "?" + VERSION.matcher(request.query()).replaceAll("");
  }

  /** Every list that was asked for so far, once. */
  Collection<Question> questions() {
    return questions.values();
  }

  void keep(Question question, byte[] answer) {
    String key = key(question.request());
    questions.put(key, question);
    Deque<Answer> known = answers.computeIfAbsent(key, any -> new ArrayDeque<>());
    synchronized (known) {
      known.addLast(new Answer(System.nanoTime(), answer));
      if (known.size() > KEPT) {
        known.removeFirst();
      }
    }
  }

  /** The newest answer that is so old; the oldest when none is. */
  Optional<byte[]> olderThan(ProxiedRequest request, Duration age) {
    Deque<Answer> known = answers.get(key(request));
    if (known == null) {
      return Optional.empty();
    }
    long until = System.nanoTime() - age.toNanos();
    synchronized (known) {
      Answer found = known.getFirst();
      for (Answer each : known) {
        if (each.at - until <= 0) {
          found = each;
        }
      }
      return Optional.of(found.bytes);
    }
  }
}
