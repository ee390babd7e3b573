package dev.rollouts.cli.plugin;

import dev.rollouts.api.rollout.RolloutKeys;
import dev.rollouts.cli.kube.KubeObject;
import dev.rollouts.cli.kube.Resource;
import dev.rollouts.codec.Document;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code create analysisrun} (K-156 to K-161). */
final class CreateRun {
  private CreateRun() {}

  static void create(Session session) {
    String from = session.values().text("from");
    String fromFile = session.values().text("from-file");
    if (from.isEmpty() == fromFile.isEmpty()) {
      throw new PluginException("one of --from or --from-file must be specified");
    }
    Map<String, String> given = given(session.values().texts("argument"));
    KubeObject template = from.isEmpty() ? ofFile(fromFile) : ofCluster(session, from);
    KubeObject run = run(session, template, given);
    KubeObject created =
        session.written(
            run, server -> server.create(Resource.ANALYSIS_RUNS, session.namespace(), run));
    String name =
        created.name().isEmpty() ? created.text("metadata", "generateName") : created.name();
    session.done(created, "analysisrun.argoproj.io/%s created".formatted(session.shown(name)));
  }

  /** Arguments by name. */
  static Map<String, String> given(List<String> arguments) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String each : arguments) {
      int equals = each.indexOf('=');
      if (equals < 0) {
        throw new PluginException("arguments must be in the form NAME=VALUE");
      }
      given.put(each.substring(0, equals), each.substring(equals + 1));
    }
    return given;
  }

  private static KubeObject ofFile(String file) {
    List<Document> documents = Files.read(file);
    if (documents.isEmpty()) {
      throw new PluginException(file + ": there is no template in there");
    }
    return Create.object(documents.get(0));
  }

  private static KubeObject ofCluster(Session session, String name) {
    boolean global = session.values().flag("global");
    return session
        .server()
        .get(
            global ? Resource.CLUSTER_ANALYSIS_TEMPLATES : Resource.ANALYSIS_TEMPLATES,
            session.namespace(),
            name);
  }

  private static KubeObject run(Session session, KubeObject template, Map<String, String> given) {
    KubeObject run =
        template
            .with(Resource.ANALYSIS_RUNS.apiVersion(), "apiVersion")
            .with("AnalysisRun", "kind")
            .without("status");
    String name = session.values().text("name");
    String generateName = session.values().text("generate-name");
    String templateName = template.name();
    // The server sets these anew, and does not take them from elsewhere.
    for (String each :
        List.of(
            "resourceVersion",
            "uid",
            "creationTimestamp",
            "generation",
            "managedFields",
            "ownerReferences",
            "name",
            "generateName")) {
      run = run.without("metadata", each);
    }
    if (!name.isEmpty()) {
      run = run.with(name, "metadata", "name");
    } else if (!generateName.isEmpty()) {
      run = run.with(generateName, "metadata", "generateName");
    } else if (!templateName.isEmpty()) {
      run = run.with(templateName + "-", "metadata", "generateName");
    } else {
      throw new PluginException("name is invalid");
    }
    String instance = session.values().text("instance-id");
    if (!instance.isEmpty()) {
      run = run.with(Map.of(RolloutKeys.INSTANCE_ID, instance), "metadata", "labels");
    }
    List<Map<String, ?>> arguments = arguments(template, given);
    if (!arguments.isEmpty()) {
      run = run.with(arguments, "spec", "args");
    }
    return run.with(session.namespace(), "metadata", "namespace");
  }

  /** K-158: those of the template, with the values that are given. */
  private static List<Map<String, ?>> arguments(KubeObject template, Map<String, String> given) {
    List<Map<String, ?>> arguments = new ArrayList<>();
    List<KubeObject> declared = template.children("spec", "args");
    if (declared.isEmpty()) {
      given.forEach((name, value) -> arguments.add(Map.of("name", name, "value", value)));
      return arguments;
    }
    for (KubeObject each : declared) {
      String value = given.get(each.text("name"));
      KubeObject argument = value == null ? each : each.with(value, "value");
      if (!argument.has("value") && !argument.has("valueFrom")) {
        throw new PluginException("args.%s was not resolved".formatted(each.text("name")));
      }
      arguments.add(argument.fields());
    }
    return arguments;
  }
}
