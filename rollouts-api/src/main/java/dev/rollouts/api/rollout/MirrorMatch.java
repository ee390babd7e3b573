package dev.rollouts.api.rollout;

import dev.rollouts.api.wire.OrderedMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which requests are mirrored; all members must match. */
public record MirrorMatch(
    @Nullable StringMatch method, @Nullable StringMatch path, Map<String, StringMatch> headers) {
  public MirrorMatch {
    headers = OrderedMap.copyOf(headers);
  }
}
