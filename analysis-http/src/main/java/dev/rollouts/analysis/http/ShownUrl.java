package dev.rollouts.analysis.http;

/** A URL as messages show it: without user, password and query, which may be credentials. */
final class ShownUrl {
  private static final int LENGTH_MAX = 256;

  private ShownUrl() {}

  /** Works on any text, since a URL that cannot be parsed has to be shown as well. */
  static String of(String url) {
    int query = indexOfAny(url, 0, "?#");
    String rest = query < 0 ? url : url.substring(0, query);
    int host = rest.indexOf("//") < 0 ? 0 : rest.indexOf("//") + 2;
    int path = indexOfAny(rest, host, "/\\");
    String authority = path < 0 ? rest.substring(host) : rest.substring(host, path);
    String shown =
        rest.substring(0, host)
            + authority.substring(authority.lastIndexOf('@') + 1)
            + (path < 0 ? "" : rest.substring(path))
            + (query >= 0 && url.charAt(query) == '?' ? "?…" : "");
    return Excerpt.of(shown, LENGTH_MAX);
  }

  private static int indexOfAny(String text, int from, String characters) {
    for (int i = from; i < text.length(); i++) {
      if (characters.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }
}
