package dev.rollouts.cli.plugin;

import dev.rollouts.cli.plugin.line.Flag;

/** Flags that every command has (K §1.1). */
final class GlobalFlags {
  private GlobalFlags() {}

  static Flag[] all() {
    return new Flag[] {
      text("as", "user to impersonate"),
      Flag.texts("as-group", "", "group to impersonate; may be given several times"),
      text("as-uid", "UID to impersonate"),
      Flag.text("cache-dir", "", "$HOME/.kube/cache", "accepted; nothing is cached"),
      text("certificate-authority", "file with the certificates that are trusted"),
      text("client-certificate", "file with the client certificate"),
      text("client-key", "file with its key"),
      text("cluster", "cluster of the kubeconfig to talk to"),
      text("context", "context of the kubeconfig to use"),
      Flag.bool("disable-compression", "", false, "ask for uncompressed answers"),
      Flag.bool(
          "insecure-skip-tls-verify",
          "",
          false,
          "do not check who the server is; this is insecure"),
      text("kubeconfig", "the kubeconfig file to use"),
      Flag.number("kloglevel", "v", Flag.Type.INT, "more than 0 shows where a bug is"),
      Flag.text("loglevel", "", "info", "what is logged: debug, info, warn or error"),
      Flag.text("namespace", "n", "", "the namespace to work in"),
      Flag.text(
          "request-timeout", "", "0", "how long a request may take, such as 5s; 0 is for ever"),
      Flag.text("server", "s", "", "address and port of the API server"),
      text("tls-server-name", "name that the server's certificate has to have"),
      text("token", "bearer token"),
      text("user", "user of the kubeconfig to be")
    };
  }

  private static Flag text(String name, String usage) {
    return Flag.text(name, "", "", usage);
  }
}
