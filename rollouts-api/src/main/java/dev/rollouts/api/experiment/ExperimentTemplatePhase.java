package dev.rollouts.api.experiment;

import dev.rollouts.api.wire.WireEnum;

/** Where a template of an experiment stands. */
public enum ExperimentTemplatePhase implements WireEnum {
  /** Not all of its pods are available. */
  PROGRESSING("Progressing"),
  RUNNING("Running"),
  SUCCESSFUL("Successful"),
  FAILED("Failed"),
  ERROR("Error");

  private final String wireName;

  ExperimentTemplatePhase(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }

  /** Whether this is final: Successful, Failed or Error. */
  public boolean isCompleted() {
    return this != PROGRESSING && this != RUNNING;
  }
}
