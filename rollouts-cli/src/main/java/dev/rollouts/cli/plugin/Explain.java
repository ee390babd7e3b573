package dev.rollouts.cli.plugin;

import dev.rollouts.api.rollout.Rollout;
import dev.rollouts.api.wire.Decoded;
import dev.rollouts.api.wire.JsonObject;
import dev.rollouts.api.wire.Problem;
import dev.rollouts.api.wire.Wire;
import dev.rollouts.cli.kube.ApiException;
import dev.rollouts.cli.kube.ApiServer;
import dev.rollouts.cli.kube.ApiServer.Pending;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.cli.kube.Selection;
import dev.rollouts.cli.terminal.Text;
import dev.rollouts.codec.Json;
import dev.rollouts.engine.explain.Account;
import dev.rollouts.engine.explain.Neighbours;
import java.util.ArrayList;
import java.util.List;

/** {@code explain NAME}: as {@code rollouts explain}, from live objects. */
final class Explain {
  private static final List<Resource> AROUND =
      List.of(
          Resource.REPLICA_SETS,
          Resource.PODS,
          Resource.SERVICES,
          Resource.EXPERIMENTS,
          Resource.ANALYSIS_RUNS,
          Resource.ANALYSIS_TEMPLATES,
          Resource.CLUSTER_ANALYSIS_TEMPLATES);
  private static final int WARNINGS_SHOWN = 5;

  private Explain() {}

  static void rollout(Session session) {
    boolean json = Simulate.isJson(Output.of(session), "explain");
    String name = session.argument(0);
    ApiServer server = session.server();
    Pending<KubeObject> asked = server.getSoon(Resource.ROLLOUTS, session.namespace(), name);
    List<Pending<List<KubeObject>>> around = new ArrayList<>();
    AROUND.forEach(each -> around.add(server.listSoon(each, session.namespace(), Selection.all())));
    KubeObject found = Session.found(Resource.ROLLOUTS, name, asked::get);
    List<JsonObject> trees = new ArrayList<>();
    trees.add(JsonObject.of(found.fields()));
    for (Pending<List<KubeObject>> each : around) {
      try {
        each.get().forEach(object -> trees.add(JsonObject.of(object.fields())));
      } catch (ApiException e) {
        // Nothing is concluded from what may not be seen.
        session.err("warning: " + e.getMessage());
      }
    }
    Decoded<Rollout> rollout = Wire.decode(Rollout.class, found.fields());
    List<String> unread = unread(rollout.problems());
    unread.forEach(each -> session.err("warning: " + each));
    Account account = Account.of(rollout.value(), unread, Neighbours.ofFiles(trees), session.now());
    if (json) {
      session.surroundings().out().print(Json.writePretty(account.tree()));
      return;
    }
    session.out(session.shown("Rollout " + name));
    account.text(0).lines().forEach(line -> session.out(Text.ascii(session.look().screen(), line)));
  }

  /** Fields of the status that are not what they should be, and are passed over. */
  private static List<String> unread(List<Problem> problems) {
    return problems.stream()
        .filter(each -> each.path().toString().startsWith("status"))
        .filter(each -> each.kind() != Problem.Kind.UNKNOWN_FIELD)
        .limit(WARNINGS_SHOWN)
        .map(Problem::toString)
        .toList();
  }
}
