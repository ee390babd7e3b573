package dev.rollouts.api.rollout;

import org.jspecify.annotations.Nullable;

/**
 * State of a blue-green update.
 *
 * @param previewSelector hash found in the preview Service
 * @param activeSelector hash found in the active Service
 * @param scaleUpPreviewCheckPoint the preview was judged at its small size and may grow
 */
public record BlueGreenStatus(
    String previewSelector,
    String activeSelector,
    boolean scaleUpPreviewCheckPoint,
    @Nullable RunReference prePromotionAnalysisRunStatus,
    @Nullable RunReference postPromotionAnalysisRunStatus) {

  private static final BlueGreenStatus EMPTY = new BlueGreenStatus("", "", false, null, null);

  /** Nothing observed yet. */
  public static BlueGreenStatus empty() {
    return EMPTY;
  }
}
