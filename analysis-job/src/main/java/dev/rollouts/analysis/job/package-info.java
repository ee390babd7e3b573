/**
 * The {@code job} provider: a Kubernetes Job whose completion is the verdict. Start with {@link
 * dev.rollouts.analysis.job.JobProvider}.
 *
 * <p>What it needs of a cluster is the five methods of {@link dev.rollouts.analysis.job.JobClient}:
 * {@link dev.rollouts.analysis.job.KubernetesJobs} asks an API server, {@link
 * dev.rollouts.analysis.job.InMemoryJobs} serves tests.
 *
 * <pre>{@code
 * InMemoryJobs cluster = new InMemoryJobs();
 * JobProvider provider = new JobProvider(cluster);
 * }</pre>
 *
 * <p>May import: the API, fabric8.
 */
@NullMarked
package dev.rollouts.analysis.job;

import org.jspecify.annotations.NullMarked;
