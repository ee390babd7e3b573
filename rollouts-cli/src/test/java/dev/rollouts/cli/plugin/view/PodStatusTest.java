package dev.rollouts.cli.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodStatusTest {
  private static final Look PLAIN = new Look(dev.rollouts.cli.terminal.Screen.plain());

  @ParameterizedTest(name = "{0}: {1} {2} {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{status: {phase: Pending}}|◌|Pending|ready:0/0",
        "{spec: {containers: [{name: a}, {name: b}]}, status: {phase: Running, containerStatuses: [{name: a, ready: true, state: {running: {}}}, {name: b, ready: false, state: {running: {}}}]}}|✔|Running|ready:1/2",
        "{spec: {containers: [{name: a}]}, status: {phase: Running, containerStatuses: [{restartCount: 2, ready: true, state: {running: {}}}]}}|✔|Running|ready:1/1,restarts:2",
        "{status: {phase: Failed, reason: Evicted}}| |Evicted|ready:0/0",
        "{status: {phase: Pending, containerStatuses: [{state: {waiting: {reason: ContainerCreating}}}]}}|◌|ContainerCreating|ready:0/0",
        "{status: {phase: Pending, containerStatuses: [{state: {waiting: {reason: ImagePullBackOff}}}]}}|⚠|ImagePullBackOff|ready:0/0",
        "{status: {phase: Pending, containerStatuses: [{state: {waiting: {reason: ErrImagePull}}}]}}|⚠|ErrImagePull|ready:0/0",
        "{status: {phase: Pending, containerStatuses: [{state: {waiting: {reason: InvalidImageName}}}]}}|✖|InvalidImageName|ready:0/0",
        "{status: {phase: Running, containerStatuses: [{state: {waiting: {reason: CrashLoopBackOff}}}]}}|✖|CrashLoopBackOff|ready:0/0",
        "{status: {phase: Running, containerStatuses: [{state: {terminated: {reason: OOMKilled, exitCode: 137}}}]}}| |OOMKilled|ready:0/0",
        "{status: {phase: Running, containerStatuses: [{state: {terminated: {signal: 9, exitCode: 137}}}]}}|✖|Signal:9|ready:0/0",
        "{status: {phase: Running, containerStatuses: [{state: {terminated: {exitCode: 3}}}]}}|✖|ExitCode:3|ready:0/0",
        "{status: {phase: Failed, containerStatuses: [{state: {terminated: {reason: Error, exitCode: 1}}}]}}|⚠|Error|ready:0/0",
        "{status: {phase: Running, containerStatuses: [{state: {waiting: {reason: First}}}, {state: {waiting: {reason: Last}}}]}}| |First|ready:0/0",
        "{status: {phase: Succeeded, containerStatuses: [{state: {terminated: {reason: Completed, exitCode: 0}}}]}}|✔|Completed|ready:0/0",
        "{spec: {containers: [{name: a}, {name: b}]}, status: {phase: Running, containerStatuses: [{ready: true, state: {running: {}}}, {state: {terminated: {reason: Completed, exitCode: 0}}}]}}|✔|Running|ready:1/2",
        "{metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}, status: {phase: Running}}|◌|Terminating|ready:0/0",
        "{metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}, status: {phase: Running, reason: NodeLost}}|?|Unknown|ready:0/0",
        "{spec: {initContainers: [{name: i}, {name: j}]}, status: {phase: Pending, initContainerStatuses: [{name: i, state: {running: {}}}, {name: j, state: {waiting: {reason: PodInitializing}}}]}}|◌|Init:0/2|ready:0/0",
        "{spec: {initContainers: [{name: i}, {name: j}]}, status: {phase: Pending, initContainerStatuses: [{name: i, state: {terminated: {exitCode: 0}}}, {name: j, state: {waiting: {reason: PodInitializing}}}]}}|◌|Init:1/2|ready:0/0",
        "{spec: {initContainers: [{name: i}]}, status: {phase: Pending, initContainerStatuses: [{name: i, restartCount: 3, state: {terminated: {exitCode: 2}}}]}}|◌|Init:ExitCode:2|ready:0/0,restarts:3",
        "{spec: {initContainers: [{name: i}]}, status: {phase: Pending, initContainerStatuses: [{name: i, state: {terminated: {signal: 9, exitCode: 137}}}]}}|◌|Init:Signal:9|ready:0/0",
        "{spec: {initContainers: [{name: i}]}, status: {phase: Pending, initContainerStatuses: [{name: i, state: {terminated: {reason: Error, exitCode: 1}}}]}}|◌|Init:Error|ready:0/0",
        "{spec: {initContainers: [{name: i}]}, status: {phase: Pending, initContainerStatuses: [{name: i, state: {waiting: {reason: ImagePullBackOff}}}]}}|◌|Init:ImagePullBackOff|ready:0/0",
        "{spec: {initContainers: [{name: s, restartPolicy: Always}], containers: [{name: a}]}, status: {phase: Running, initContainerStatuses: [{name: s, started: true, ready: true, state: {running: {}}}], containerStatuses: [{ready: true, state: {running: {}}}]}}|✔|Running|ready:1/1",
        "{spec: {initContainers: [{name: s, restartPolicy: Always}], containers: [{name: a}]}, status: {phase: Running, initContainerStatuses: [{name: s, started: true, ready: false, state: {running: {}}}], containerStatuses: [{ready: true, state: {running: {}}}]}}|✔|Running|ready:1/1",
      })
  @DisplayName("K-102, K §4.6 a pod's word, its icon and what it says of its containers")
  void words(String pod, String icon, String word, String info) {
    PodStatus status = PodStatus.of(Objects.of(pod));
    assertThat(status.word()).isEqualTo(word);
    assertThat(status.info()).isEqualTo(info);
    assertThat(Icons.ofPod(status.word()).shown(PLAIN)).isEqualTo(icon == null ? " " : icon);
  }
}
