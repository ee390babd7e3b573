package dev.rollouts.api.wire;

/**
 * An enum whose constants have a spelling of their own in YAML. An absent value reads as the first
 * constant.
 */
public interface WireEnum {
  /** The spelling in YAML and JSON. */
  String wireName();
}
