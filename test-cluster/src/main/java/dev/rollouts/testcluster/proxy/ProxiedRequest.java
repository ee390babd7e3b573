package dev.rollouts.testcluster.proxy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client asks for.
 *
 * @param method of HTTP
 * @param path with neither host nor query
 * @param query without question mark; empty when there is none
 */
public record ProxiedRequest(String method, String path, String query) {
  private static final Pattern PATH =
      Pattern.compile(
          "/(?:api|apis/[^/]+)/[^/]+(?:/namespaces/[^/]+)?/([^/]+)(?:/([^/]+))?(?:/[^/]+)?");

  static ProxiedRequest of(String method, String target) {
    int mark = target.indexOf('?');
    return mark < 0
        ? new ProxiedRequest(method, target, "")
        : new ProxiedRequest(method, target.substring(0, mark), target.substring(mark + 1));
  }

  private String part(int group) {
    Matcher parts = PATH.matcher(path);
    return parts.matches() && parts.group(group) != null ? parts.group(group) : "";
  }

  /** In plural, such as {@code pods}; empty for a path that is none. */
  public String resource() {
    return part(1);
  }

  /** Of the object; empty for all of a kind and for one that is created. */
  public String name() {
    return part(2);
  }

  /** As audit logs call it: get, list, watch, create, update, patch or delete. */
  public String verb() {
    return switch (method) {
      case "GET" -> isWatch() ? "watch" : name().isEmpty() ? "list" : "get";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> "delete";
      default -> method;
    };
  }

  /** Whether it is a stream of changes. */
  public boolean isWatch() {
    return method.equals("GET") && query.contains("watch=true");
  }

  /** Whether it asks for all objects of a kind. */
  public boolean isList() {
    return verb().equals("list") && !resource().isEmpty();
  }

  /** Whether it may change what a controller looks after: neither events nor Leases do. */
  public boolean isWrite() {
    return !method.equals("GET")
        && !resource().isEmpty()
        && !resource().equals("events")
        && !resource().equals("leases")
        && !resource().startsWith("selfsubject");
  }

  @Override
  public String toString() {
    return method + " " + path + (query.isEmpty() ? "" : "?" + query);
  }
}
