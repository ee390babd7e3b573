package dev.rollouts.crds;

import dev.rollouts.codec.Yaml;
import java.util.List;
import java.util.Map;

/** Writes the definitions from the model. */
final class CrdGenerator {
  private final Schemas schemas = new Schemas();

  String yaml(Kind kind) {
    return "# Generated from the records of rollouts-api; ./dev golden --update writes it.\n"
        + Yaml.write(definition(kind));
  }

  @SuppressWarnings("unchecked")
  Map<String, Object> definition(Kind kind) {
    return Trees.object(
        "apiVersion",
        "apiextensions.k8s.io/v1",
        "kind",
        "CustomResourceDefinition",
        "metadata",
        Trees.object("name", kind.crdName()),
        "spec",
        Trees.object(
            "group",
            "argoproj.io",
            "names",
            Trees.object(
                "kind", kind.kind(),
                "listKind", kind.kind() + "List",
                "plural", kind.plural(),
                "singular", kind.singular(),
                "shortNames", List.of(kind.shortName)),
            "scope",
            kind.scope,
            "versions",
            List.of(
                Trees.object(
                    "name",
                    "v1alpha1",
                    "served",
                    true,
                    "storage",
                    true,
                    "additionalPrinterColumns",
                    kind.columns(),
                    "subresources",
                    kind.subresources(),
                    "schema",
                    Trees.object(
                        "openAPIV3Schema",
                        schemas.root((Class<? extends Record>) (Class<?>) kind.type))))));
  }
}
