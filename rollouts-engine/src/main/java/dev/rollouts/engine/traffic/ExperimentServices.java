package dev.rollouts.engine.traffic;

import dev.rollouts.api.rollout.CanaryStep;
import dev.rollouts.api.rollout.CanaryStrategy;
import dev.rollouts.api.rollout.ExperimentStepTemplate;
import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.rollout.ServiceRef;
import dev.rollouts.api.rollout.TrafficWeights;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells Services of a rollout's experiments from everybody else's, so that destinations which an
 * experiment left behind can be removed where the user has others.
 *
 * @param names those that steps name or that the routers were seen to have
 * @param generated form of the names that experiments give
 */
record ExperimentServices(Set<String> names, Pattern generated) {
  ExperimentServices {
    names = Set.copyOf(names);
  }

  static ExperimentServices of(Rollout rollout) {
    Set<String> names = new HashSet<>();
    TrafficWeights recorded = rollout.statusOrEmpty().canary().weights();
    if (recorded != null) {
      recorded.additional().forEach(each -> names.add(each.serviceName()));
    }
    CanaryStrategy canary = rollout.spec().strategy().canary();
    if (canary != null) {
      for (CanaryStep step : canary.steps()) {
        if (step.experiment() != null) {
          for (ExperimentStepTemplate template : step.experiment().templates()) {
            ServiceRef service = template.service();
            names.add(service == null ? "" : service.name());
          }
        }
      }
    }
    names.remove("");
    return new ExperimentServices(
        names,
        // <rollout>-<hash>-<revision>-<step>-<template>
        Pattern.compile(Pattern.quote(rollout.metadata().name()) + "-[a-z0-9]+-[0-9]+-[0-9]+-.+"));
  }

  /** Whether steps give experiments a share of the traffic. */
  static boolean areWeighed(Rollout rollout) {
    CanaryStrategy canary = rollout.spec().strategy().canary();
    return canary != null
        && canary.steps().stream()
            .anyMatch(
                step ->
                    step.experiment() != null
                        && step.experiment().templates().stream()
                            .anyMatch(template -> template.weight() != null));
  }

  boolean contains(String service) {
    return names.contains(service) || generated.matcher(service).matches();
  }
}
