package dev.rollouts.controller;

import io.fabric8.kubernetes.client.Config;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Starts the controller as a program. */
public final class Main {
  private Main() {}

  /** The program. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Options())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  /** Runs until the process is told to stop, or is the leader no more (O-033). */
  static int run(Settings settings, Config config) throws Exception {
    Logger log = LoggerFactory.getLogger(Main.class);
    log.info(
        "Argo Rollouts controller starting version={} namespace={} instanceID={}",
        Version.text(),
        settings.watchedNamespace(),
        settings.instanceId());
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  end.countDown();
                  try {
                    ended.await();
                  } catch (InterruptedException stopping) {
                    Thread.currentThread().interrupt();
                  }
                }));
    try (Controller controller =
        new Controller(settings, config, Clock.systemUTC(), end::countDown)) {
      controller.start();
      log.info("started");
      end.await();
    } finally {
      ended.countDown();
    }
    return 0;
  }
}
