package dev.rollouts.simulation;

import java.time.Duration;

/**
 * The newest version of a rollout, as it stands when a metric is measured.
 *
 * @param image of the first container of its pods
 * @param age time since it became the newest
 * @param update whether it has yet to be promoted
 * @param share of all requests that it gets, from 0 to 1
 * @param failureShare share of these that fail, from 0 to 1
 * @param utilisation share of its capacity that is asked for; more than 1 is overload
 * @param readyPods pods that can serve
 */
public record Release(
    String image,
    Duration age,
    boolean update,
    double share,
    double failureShare,
    double utilisation,
    int readyPods) {}
