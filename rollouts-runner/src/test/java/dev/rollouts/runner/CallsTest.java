package dev.rollouts.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real threads; each test waits for what must happen, however long it takes. */
class CallsTest {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration NEVER = Duration.ofDays(1);

  private final AlarmThread alarm = new AlarmThread(Clock.systemUTC());
  private final Calls calls = new Calls(alarm, 2, null, Thread::new);
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    calls.close();
    alarm.close();
  }

  @Test
  void aCallThatOutlastsItsLimitIsInterruptedAndAnsweredFor() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    calls.make(
        "slow",
        SOON,
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return "too late";
        },
        Function.identity(),
        answers::add);

    assertThat(answers.take()).isEqualTo("provider slow did not answer within 0s");
    interrupted.await();
    calls.make(
        "slow",
        NEVER,
        () -> "interrupted: " + Thread.interrupted(),
        Function.identity(),
        answers::add);
    assertThat(answers.take())
        .as("the interrupt met the call that it was meant for, whose answer was dropped")
        .isEqualTo("interrupted: false");
  }

  @Test
  void whatIsAnsweredBecauseOfTheEndIsNotHeard() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    calls.make(
        "slow",
        NEVER,
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            answered.countDown();
          }
          return "interrupted";
        },
        Function.identity(),
        answers::add);
    begun.await();
    calls.close();
    answered.await();
    assertThat(calls.awaitEnd(Duration.ofMinutes(1))).isTrue();
    assertThat(answers).isEmpty();
  }

  @Test
  void aProviderThatHangsHoldsUpNobodyElse() throws Exception {
    Semaphore hang = new Semaphore(0);
    for (int i = 0; i < 50; i++) {
      calls.make("hung", NEVER, () -> stuck(hang), Function.identity(), answers::add);
    }
    calls.make("sound", NEVER, () -> "sound", Function.identity(), answers::add);

    assertThat(answers.take()).isEqualTo("sound");
    hang.release(50);
  }

  @Test
  void threadsThatDoNotComeBackAreReplacedUntilTheyAreTooMany() throws Exception {
    Semaphore hang = new Semaphore(0);
    for (int i = 0; i < 2; i++) {
      calls.make("hung", SOON, () -> stuck(hang), Function.identity(), answers::add);
      assertThat(answers.take()).isEqualTo("provider hung did not answer within 0s");
      if (i == 0) {
        calls.make("hung", NEVER, () -> "one thread is lost", Function.identity(), answers::add);
        assertThat(answers.take()).isEqualTo("one thread is lost");
      }
    }

    calls.make("hung", NEVER, () -> "not called", Function.identity(), answers::add);
    assertThat(answers.take())
        .isEqualTo(
            "2 calls to provider hung have not returned although they were interrupted; it gets no more until one does");

    hang.release(2);
    String answer = "";
    while (!answer.equals("back again")) {
      calls.make("hung", NEVER, () -> "back again", Function.identity(), answers::add);
      answer = answers.take();
    }
  }

  @Test
  void aCancelledCallIsInterruptedAndItsAnswerDropped() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Calls.Call call =
        calls.make(
            "slow",
            NEVER,
            () -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
              return "dropped";
            },
            Function.identity(),
            answers::add);
    begun.await();

    call.cancel();
    interrupted.await();

    calls.make("slow", NEVER, () -> "next", Function.identity(), answers::add);
    assertThat(answers.take()).isEqualTo("next");
  }

  @Test
  void aCancelledCallThatWaitsItsTurnIsNotMade() throws Exception {
    Semaphore hang = new Semaphore(0);
    for (int i = 0; i < 2; i++) {
      calls.make("busy", NEVER, () -> stuck(hang), Function.identity(), answers::add);
    }
    calls.make("busy", NEVER, () -> "not called", Function.identity(), answers::add).cancel();
    calls.make("busy", NEVER, () -> "last", Function.identity(), answers::add);
    hang.release(2);

    assertThat(answers.take()).isEqualTo("stuck");
    assertThat(answers.take()).isIn("stuck", "last");
    assertThat(answers.take()).isIn("stuck", "last");
    assertThat(answers).isEmpty();
  }

  private static String stuck(Semaphore hang) {
    hang.acquireUninterruptibly();
    return "stuck";
  }
}
