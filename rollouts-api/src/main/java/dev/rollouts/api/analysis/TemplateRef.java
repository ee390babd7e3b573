package dev.rollouts.api.analysis;

/**
 * Another template to merge in.
 *
 * @param clusterScope true looks for a ClusterAnalysisTemplate, false for an AnalysisTemplate in
 *     the namespace of the run
 */
public record TemplateRef(String templateName, boolean clusterScope) {}
