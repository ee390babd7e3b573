package dev.rollouts.controller.turns;

import dev.rollouts.controller.aws.AwsVerification;
import dev.rollouts.controller.events.EventRecorder;
import dev.rollouts.controller.kube.Api;
import dev.rollouts.controller.kube.LateObjects;
import dev.rollouts.controller.kube.RequestGate;
import dev.rollouts.controller.kube.Stores;
import dev.rollouts.controller.kube.Watches;
import dev.rollouts.controller.metrics.ControllerMetrics;
import dev.rollouts.controller.tracing.Tracing;
import java.time.Clock;

/** What all reconcilers of a process share. */
public record Surroundings(
    Api api,
    Stores stores,
    Watches watches,
    LateObjects late,
    EventRecorder events,
    Plugins plugins,
    AwsVerification aws,
    ControllerMetrics metrics,
    Tracing tracing,
    RequestGate gate,
    Clock clock) {}
