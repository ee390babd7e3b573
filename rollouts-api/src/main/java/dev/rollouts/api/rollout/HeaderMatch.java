package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.Required;
import org.jspecify.annotations.Nullable;

/** A header and the value it must have. */
public record HeaderMatch(@Required String headerName, @Nullable StringMatch headerValue) {}
