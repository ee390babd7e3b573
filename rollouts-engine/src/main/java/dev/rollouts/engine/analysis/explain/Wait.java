package dev.rollouts.engine.analysis.explain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that a run waits for.
 *
 * @param subject a metric's name, or {@code run}
 * @param what in plain words, such as {@code measurement 4, 1m after the last one}
 * @param until when it is due, which may be in the past; null when only somebody else can bring it
 *     about
 * @param overdue whether that was so long ago that nobody seems to look after the run
 * @param rule why it waits
 */
public record Wait(
    String subject, String what, @Nullable Instant until, boolean overdue, String rule) {}
