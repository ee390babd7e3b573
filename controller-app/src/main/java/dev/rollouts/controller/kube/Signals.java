package dev.rollouts.controller.kube;

import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.EventHandler;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.util.Set;

/**
 * Connects the reconciler of a kind with everybody else: what its own watch sees goes into the
 * store, and it is woken when something that an object depends on has changed. Thread-safe; before
 * the controller runs, waking does nothing, as everything is looked at then anyway.
 *
 * @param <T> what we read of the objects
 */
public final class Signals<T, P extends ModelObject<T>> extends AbstractEventSource<P, P>
    implements ResourceEventAware<P> {
  private final Store<T> store;

  /**
   * A source of wake-ups for objects of a kind.
   *
   * @param store gets every change of such an object before the reconciler does
   */
  public Signals(Class<P> kind, Store<T> store) {
    super(kind, "signals");
    this.store = store;
  }

  /**
   * Has an object looked at soon. Nothing is done for one that is not known: it is looked at when
   * it comes, and for one that is gone the operator library would keep a note for ever.
   */
  public void wake(String namespace, String name) {
    EventHandler handler = getEventHandler();
    if (isRunning() && handler != null && store.get(namespace, name).isPresent()) {
      handler.handleEvent(new Event(new ResourceID(name, namespace)));
    }
  }

  @Override
  public void onResourceCreated(P resource) {
    resource.putInto(store);
  }

  @Override
  public void onResourceUpdated(P after, P before) {
    after.putInto(store);
  }

  @Override
  public void onResourceDeleted(P resource) {
    store.remove(resource.value());
  }

  @Override
  public Set<P> getSecondaryResources(P primary) {
    return Set.of();
  }
}
