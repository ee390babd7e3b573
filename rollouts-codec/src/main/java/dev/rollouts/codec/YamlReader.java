package dev.rollouts.codec;

import dev.rollouts.codec.DocumentProblem.Kind;
import dev.rollouts.codec.Source.Unreadable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads one YAML document from SnakeYAML's events. No object is ever constructed from a tag,
 * aliases share their node, and every bound is checked before anything is built.
 */
final class YamlReader {
  private static final String TAG_PREFIX = "tag:yaml.org,2002:";
  private static final String MERGE = "<<";

  private final Source source;
  private final String text;
  private final int linesBefore;
  private final Parser parser;
  private final Map<String, @Nullable Node> anchors = new HashMap<>();

  /**
   * Where the brackets stand that are open at the moment, to be named when they are never closed.
   */
  private final Deque<Position> brackets = new ArrayDeque<>();

  /**
   * A reader of a piece of a text.
   *
   * @param linesBefore lines of the text that stand before the piece
   */
  YamlReader(Source source, String text, int linesBefore) {
    this.source = source;
    this.text = text;
    this.linesBefore = linesBefore;
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE);
    this.parser = new ParserImpl(new StreamReader(text), options);
  }

  /** The next document of the piece; null after the last one. */
  @Nullable Node document() throws Unreadable {
    anchors.clear();
    while (true) {
      Event event = event();
      if (event.is(Event.ID.StreamEnd)) {
        return null;
      }
      if (event.is(Event.ID.DocumentStart)) {
        Node root = node(event(), 1);
        event();
        return root;
      }
    }
  }

  private Node node(Event event, int depth) throws Unreadable {
    Position at = at(event);
    source.checkDepth(depth, at);
    if (event instanceof AliasEvent alias) {
      return alias(alias.getAnchor(), at);
    }
    source.count(1, at);
    String anchor = ((NodeEvent) event).getAnchor();
    if (anchor != null) {
      anchors.put(anchor, null);
    }
    Node node;
    if (event instanceof ScalarEvent scalar) {
      node = Node.scalar(scalar(scalar, at), at);
    } else if (event instanceof SequenceStartEvent start) {
      checkTag(start.getTag(), "seq", at);
      opened(start, at);
      node = list(at, depth);
      closed(start);
    } else {
      MappingStartEvent start = (MappingStartEvent) event;
      checkTag(start.getTag(), "map", at);
      opened(start, at);
      node = object(at, depth);
      closed(start);
    }
    if (anchor != null) {
      anchors.put(anchor, node);
    }
    return node;
  }

  private void opened(CollectionStartEvent start, Position at) {
    if (start.isFlow()) {
      brackets.addLast(at);
    }
  }

  private void closed(CollectionStartEvent start) {
    if (start.isFlow()) {
      brackets.removeLast();
    }
  }

  private Node alias(String name, Position at) throws Unreadable {
    Node node = anchors.get(name);
    if (node == null) {
      String fault =
          anchors.containsKey(name)
              ? "alias *%s refers to a value that contains it; an object cannot hold itself"
              : "alias *%s has no anchor &%1$s before it; define the anchor in the same document";
      throw new Unreadable(at, Kind.SYNTAX, fault.formatted(Source.excerpt(name)));
    }
    source.count(node.size(), at);
    return node;
  }

  private Node list(Position at, int depth) throws Unreadable {
    List<Node> items = new ArrayList<>();
    for (Event event = event(); !event.is(Event.ID.SequenceEnd); event = event()) {
      items.add(node(event, depth + 1));
    }
    return Node.list(items, at);
  }

  private Node object(Position at, int depth) throws Unreadable {
    Map<String, Position> keys = new LinkedHashMap<>();
    Map<String, Node> fields = new LinkedHashMap<>();
    Node merged = null;
    for (Event event = event(); !event.is(Event.ID.MappingEnd); event = event()) {
      Position keyAt = at(event);
      boolean isMerge = isMerge(event);
      String key = isMerge ? MERGE : key(event, keyAt);
      Position first = keys.putIfAbsent(key, keyAt);
      if (first != null) {
        source.duplicate(key, first, keyAt);
        keys.put(key, keyAt);
      }
      Node value = node(event(), depth + 1);
      if (isMerge) {
        merged = value;
      } else {
        fields.put(key, value);
      }
    }
    if (merged != null) {
      keys.remove(MERGE);
      merge(merged, keys, fields);
    }
    return Node.object(keys, fields, at);
  }

  /** Adds what an object takes over from others; its own keys win, then those of the first. */
  private void merge(Node from, Map<String, Position> keys, Map<String, Node> fields)
      throws Unreadable {
    for (Node each : from.value() instanceof List ? from.items() : List.of(from)) {
      if (!(each.value() instanceof Map)) {
        throw new Unreadable(
            each.at(),
            Kind.SYNTAX,
            "the merge key << takes an object or a list of objects; write <<: *anchor");
      }
      each.keys()
          .forEach(
              (key, keyAt) -> {
                if (fields.putIfAbsent(key, each.child(key)) == null) {
                  keys.put(key, keyAt);
                }
              });
    }
  }

  private static boolean isMerge(Event event) {
    return event instanceof ScalarEvent scalar
        && scalar.getValue().equals(MERGE)
        && (scalar.isPlain() && scalar.getTag() == null
            || (TAG_PREFIX + "merge").equals(scalar.getTag()));
  }

  private String key(Event event, Position at) throws Unreadable {
    if (event instanceof ScalarEvent) {
      Object value = node(event, 1).value();
      if (value != null) {
        return value.toString();
      }
    }
    throw new Unreadable(at, Kind.SYNTAX, badKey(event, at));
  }

  private String badKey(Event event, Position at) {
    if (event instanceof ScalarEvent) {
      return "a key must be a string, found null; put it in quotes";
    }
    // The key of {{x}} is the inner object, which starts one character after the outer one.
    String line = lineAt(at.line() - linesBefore - 1);
    int characters = Math.min(at.column() - 1, line.codePointCount(0, line.length()));
    int inner = line.offsetByCodePoints(0, characters);
    if (inner == 0 || !line.startsWith("{{", inner - 1)) {
      return "a key must be a string, found a list, an object or an alias; put it in quotes";
    }
    return line.startsWith("{{-", inner - 1) || line.startsWith("{{ .", inner - 1)
        ? "this is a Helm or Go template; render it first, then read what comes out"
        : "{{…}} without quotes is a YAML object; put the placeholder in quotes, \"{{args.name}}\"";
  }

  private @Nullable Object scalar(ScalarEvent scalar, Position at) throws Unreadable {
    String tag = scalar.getTag();
    String value = scalar.getValue();
    if (tag == null || tag.equals("!")) {
      return scalar.isPlain() && tag == null ? plain(value, at) : value;
    }
    String type = tag.startsWith(TAG_PREFIX) ? tag.substring(TAG_PREFIX.length()) : tag;
    Object resolved;
    switch (type) {
      case "str":
        return value;
      case "null":
        if (YamlScalar.isNull(value)) {
          return null;
        }
        break;
      case "bool":
        resolved = YamlScalar.asBoolean(value).orElse(null);
        if (resolved != null) {
          return resolved;
        }
        break;
      case "int", "float":
        Number number = YamlScalar.asNumber(value);
        if (number != null && (type.equals("float") || !(number instanceof Double))) {
          return source.finite(number, value, at);
        }
        break;
      case "timestamp":
        return value;
      default:
        throw unknownTag(tag, at);
    }
    throw new Unreadable(
        at,
        Kind.SYNTAX,
        "\"%s\" cannot be read as !!%s; remove the tag".formatted(Source.excerpt(value), type));
  }

  private @Nullable Object plain(String value, Position at) {
    if (YamlScalar.isNull(value)) {
      return null;
    }
    Boolean flag = YamlScalar.asBoolean(value).orElse(null);
    if (flag != null) {
      return flag;
    }
    Number number = YamlScalar.asNumber(value);
    return number == null ? value : source.finite(number, value, at);
  }

  private void checkTag(@Nullable String tag, String wanted, Position at) throws Unreadable {
    if (tag != null && !tag.equals("!") && !tag.equals(TAG_PREFIX + wanted)) {
      throw unknownTag(tag, at);
    }
  }

  private static Unreadable unknownTag(String tag, Position at) {
    String shown = tag.startsWith(TAG_PREFIX) ? "!!" + tag.substring(TAG_PREFIX.length()) : tag;
    return new Unreadable(
        at,
        Kind.SYNTAX,
        "tag %s is not supported; remove it, or put a text that starts with ! in quotes"
            .formatted(Source.excerpt(shown)));
  }

  private Event event() throws Unreadable {
    try {
      return parser.getEvent();
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
      Position at = mark == null ? new Position(linesBefore + 1, 1) : at(mark);
      if (YamlMessage.isUnclosedQuote(e)) {
        at = e.getContextMark() == null ? at : at(e.getContextMark());
      } else if (YamlMessage.isAboutTheEnd(e)) {
        at = brackets.isEmpty() ? at : brackets.getLast();
      }
      throw new Unreadable(
          at,
          Kind.SYNTAX,
          YamlMessage.of(
              e, lineAt(at.line() - linesBefore - 1), at.column() - 1, !brackets.isEmpty()));
    } catch (RuntimeException e) {
      // A flaw of the parser must not reach the user as one; where it happened is not known.
      throw new Unreadable(
          new Position(linesBefore + 1, 1),
          Kind.SYNTAX,
          "the document that starts here is not valid YAML; check its quotes, brackets and"
              + " indentation");
    }
  }

  private String lineAt(int line) {
    return text.lines().skip(line).findFirst().orElse("");
  }

  private Position at(Event event) {
    return at(event.getStartMark());
  }

  private Position at(Mark mark) {
    return new Position(linesBefore + mark.getLine() + 1, mark.getColumn() + 1);
  }
}
