package dev.rollouts.controller.faults;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Everything that is logged in this process from now on. */
final class LogRecords extends Handler implements AutoCloseable {
  private static final Logger ROOT = Logger.getLogger("");

  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  LogRecords() {
    ROOT.addHandler(this);
  }

  @Override
  public void publish(LogRecord entry) {
    records.add(entry);
  }

  /** Errors of our own code, with their stack traces. */
  List<String> errors() {
    return records.stream()
        .filter(
            each ->
                each.getLevel().intValue() >= java.util.logging.Level.SEVERE.intValue()
                    && String.valueOf(each.getLoggerName()).startsWith("dev.rollouts"))
        .map(each -> new SimpleFormatter().format(each))
        .toList();
  }

  @Override
  public void flush() {
    // Nothing is kept back.
  }

  @Override
  public void close() {
    ROOT.removeHandler(this);
  }
}
