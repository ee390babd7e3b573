package dev.rollouts.cli.kube;

import java.util.List;

/**
 * The objects of a kind at some moment.
 *
 * @param resourceVersion where a watch goes on from
 */
public record ObjectList(List<KubeObject> items, String resourceVersion) {
  public ObjectList {
    items = List.copyOf(items);
  }
}
