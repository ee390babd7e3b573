package dev.rollouts.controller.tracing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans as OTLP over HTTP brings them: in protobuf, of which it reads what it needs. */
public final class Collector implements AutoCloseable {
  private final HttpServer server;
  private final List<Received> spans = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /**
   * A span.
   *
   * @param parent empty for none
   * @param failed whether its status is Error
   */
  public record Received(
      String service,
      String trace,
      String id,
      String parent,
      String name,
      long start,
      long end,
      Map<String, String> attributes,
      boolean failed) {}

  /** On a free port. */
  public Collector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          read(body);
          exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  /** Where to send to. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What came so far. */
  public List<Received> spans() {
    return List.copyOf(spans);
  }

  /** How it came. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  // --- protobuf: opentelemetry/proto/trace/v1/trace.proto

  private void read(byte[] body) {
    for (Object resourceSpans : fields(body, 1)) {
      String service = "";
      for (Object resource : fields(bytes(resourceSpans), 1)) {
        service = attributes(fields(bytes(resource), 1)).getOrDefault("service.name", "");
      }
      for (Object scopeSpans : fields(bytes(resourceSpans), 2)) {
        for (Object span : fields(bytes(scopeSpans), 2)) {
          spans.add(span(service, bytes(span)));
        }
      }
    }
  }

  private static Received span(String service, byte[] span) {
    boolean failed = false;
    for (Object status : fields(span, 15)) {
      failed = fields(bytes(status), 3).contains(2L);
    }
    return new Received(
        service,
        hex(fields(span, 1)),
        hex(fields(span, 2)),
        hex(fields(span, 4)),
        new String(bytes(fields(span, 5).get(0)), StandardCharsets.UTF_8),
        (Long) fields(span, 7).get(0),
        (Long) fields(span, 8).get(0),
        attributes(fields(span, 9)),
        failed);
  }

  private static String hex(List<Object> field) {
    return field.isEmpty() ? "" : HexFormat.of().formatHex(bytes(field.get(0)));
  }

  private static Map<String, String> attributes(List<Object> pairs) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (Object pair : pairs) {
      String key = new String(bytes(fields(bytes(pair), 1).get(0)), StandardCharsets.UTF_8);
      byte[] value = bytes(fields(bytes(pair), 2).get(0));
      List<Object> text = fields(value, 1);
      List<Object> flag = fields(value, 2);
      List<Object> number = fields(value, 3);
      attributes.put(
          key,
          !text.isEmpty()
              ? new String(bytes(text.get(0)), StandardCharsets.UTF_8)
              : !flag.isEmpty()
                  ? Boolean.toString(flag.get(0).equals(1L))
                  : number.isEmpty() ? "" : number.get(0).toString());
    }
    return attributes;
  }

  private static byte[] bytes(Object value) {
    return (byte[]) value;
  }

  /** Values of a field: bytes, or longs for everything that is a number. */
  private static List<Object> fields(byte[] message, int wanted) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    List<Object> found = new ArrayList<>();
    while (in.hasRemaining()) {
      long tag = varint(in);
      Object value =
          switch ((int) (tag & 7)) {
            case 0 -> varint(in);
            case 1 -> in.getLong();
            case 2 -> {
              byte[] part = new byte[(int) varint(in)];
              in.get(part);
              yield part;
            }
            case 5 -> (long) in.getInt();
            default -> throw new IllegalStateException("no such wire type: " + tag);
          };
      if (tag >>> 3 == wanted) {
        found.add(value);
      }
    }
    return found;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
