package dev.rollouts.controller;

import dev.rollouts.controller.kube.StartException;
import dev.rollouts.controller.logs.LogFields;
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
    try (LogFields fields =
        LogFields.of("version", Version.text())
            .and("namespace", settings.watchedNamespace())
            .and("instanceID", settings.instanceId())
            .and("metricsPort", Integer.toString(settings.metricsPort()))
            .and("healthzPort", Integer.toString(settings.healthPort()))) {
      log.info("Argo Rollouts controller starting");
    }
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endInOrder(end, ended)));
    try (Controller controller =
        new Controller(settings, config, Clock.systemUTC(), end::countDown)) {
      controller.start();
      log.info("started");
      end.await();
    } catch (StartException unusable) {
      log.error("the controller does not start: {}", unusable.getMessage());
      return 1;
    } finally {
      ended.countDown();
    }
    return 0;
  }

  /**
   * On a signal: the end in good order, and 0 (O-004), where Java would tell the signal's number.
   */
  private static void endInOrder(CountDownLatch end, CountDownLatch ended) {
    if (ended.getCount() == 0) {
      return; // The process ends by itself and has its exit code.
    }
    end.countDown();
    try {
      ended.await();
      Runtime.getRuntime().halt(0);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
