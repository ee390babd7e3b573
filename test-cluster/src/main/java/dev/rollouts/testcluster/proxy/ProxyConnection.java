package dev.rollouts.testcluster.proxy;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** One connection of a client: its requests, one after the other, each to its end. */
final class ProxyConnection
    implements Runnable, AutoCloseable, Fault.Handler<Boolean, IOException> {
  /** The server takes an offer of HTTP/2 on a plain connection for a request to switch to it. */
  private static final Set<String> NOT_PASSED_ON = Set.of("host", "http2-settings");

  private final FaultProxy proxy;
  private final Socket client;
  private final Upstream upstream;
  private final InputStream fromClient;
  private final OutputStream toClient;
  private volatile boolean watch;
  private volatile Optional<Link> link = Optional.empty();

  /** The request under way. */
  private volatile StaleLists.Question exchange =
      new StaleLists.Question(new ProxiedRequest("", "", ""), new byte[0]);

  /** A connection to the server. */
  private record Link(Socket socket, InputStream in, OutputStream out) {}

  private ProxyConnection(
      FaultProxy proxy, Socket client, Upstream upstream, InputStream in, OutputStream out) {
    this.proxy = proxy;
    this.client = client;
    this.upstream = upstream;
    this.fromClient = in;
    this.toClient = out;
  }

  /** The connection of a client. */
  static ProxyConnection of(FaultProxy proxy, Socket client, Upstream upstream) throws IOException {
    return new ProxyConnection(
        proxy,
        client,
        upstream,
        new BufferedInputStream(client.getInputStream()),
        new BufferedOutputStream(client.getOutputStream()));
  }

  /** One that no client has asked for. */
  static ProxyConnection ofProxy(FaultProxy proxy, Upstream upstream) {
    return new ProxyConnection(
        proxy,
        new Socket(),
        upstream,
        InputStream.nullInputStream(),
        OutputStream.nullOutputStream());
  }

  boolean isWatch() {
    return watch;
  }

  /** What was asked last. */
  ProxiedRequest request() {
    return exchange.request();
  }

  @Override
  public void run() {
    try {
      while (next()) {
        // One request at a time.
      }
    } catch (IOException | NumberFormatException over) {
      // Somebody has closed a connection, or does not speak HTTP; the client sees an end.
    } finally {
      close();
      proxy.ended(this);
    }
  }

  /** Whether another request can follow. */
  private boolean next() throws IOException {
    Optional<HttpHead> read = HttpHead.read(fromClient);
    if (read.isEmpty()) {
      return false;
    }
    HttpHead head = read.get();
    ProxiedRequest request = ProxiedRequest.of(head.word(0), head.word(1));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(forServer(head).bytes());
    HttpBody.ofRequest(head, fromClient, bytes);
    exchange = new StaleLists.Question(request, bytes.toByteArray());
    Optional<FaultProxy.Death> death = proxy.arrived(request);
    if (death.isPresent()) {
      die(death.get());
      return false;
    }
    if (proxy.isDark()) {
      return false;
    }
    return proxy.fault(request).accept(this);
  }

  private HttpHead forServer(HttpHead head) {
    boolean offersHttp2 = head.field("HTTP2-Settings").isPresent();
    HttpHead passed =
        head.without(
            offersHttp2
                ? Set.of("host", "http2-settings", "upgrade", "connection")
                : NOT_PASSED_ON);
    List<HttpHead.Field> fields = new ArrayList<>(passed.fields());
    fields.add(0, new HttpHead.Field("Host", upstream.authority()));
    return new HttpHead(passed.start(), fields);
  }

  private void die(FaultProxy.Death death) {
    try {
      if (death.reach() == FaultProxy.Reach.DONE) {
        ask(new ByteArrayOutputStream());
      }
    } catch (IOException unreachable) {
      // Then it is as if it had not been sent.
    } finally {
      proxy.goDark();
      death.happened().complete(exchange.request());
    }
  }

  // --- faults

  @Override
  public Boolean none(Fault.None fault) throws IOException {
    ProxiedRequest request = exchange.request();
    if (!StaleLists.keeps(request)) {
      return ask(toClient);
    }
    Optional<byte[]> stale =
        proxy.staleness().flatMap(age -> proxy.lists().olderThan(request, age));
    if (stale.isPresent()) {
      toClient.write(stale.get());
      toClient.flush();
      return true;
    }
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    boolean more = ask(answer);
    proxy.lists().keep(exchange, answer.toByteArray());
    answer.writeTo(toClient);
    toClient.flush();
    return more;
  }

  @Override
  public Boolean answer(Fault.Answer fault) throws IOException {
    String reason =
        switch (fault.code()) {
          case 409 -> "Conflict";
          case 429 -> "TooManyRequests";
          case 503 -> "ServiceUnavailable";
          default -> "InternalError";
        };
    byte[] body =
        """
        {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
        "message":"the proxy answers %d","reason":"%s","code":%d}
        """
            .formatted(fault.code(), reason, fault.code())
            .getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("HTTP/1.1 %d %s\r\n".formatted(fault.code(), reason));
    head.append("Content-Type: application/json\r\n");
    fault
        .retryAfter()
        .ifPresent(span -> head.append("Retry-After: ").append(span.toSeconds()).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    toClient.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    toClient.write(body);
    toClient.flush();
    return true;
  }

  @Override
  public Boolean cut(Fault.Cut fault) {
    return false;
  }

  @Override
  public Boolean loseAnswer(Fault.LoseAnswer fault) throws IOException {
    ask(new ByteArrayOutputStream());
    return false;
  }

  @Override
  public Boolean delay(Fault.Delay fault) throws IOException {
    long end = System.nanoTime() + fault.by().toNanos();
    for (long left = fault.by().toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(Math.min(left, Duration.ofSeconds(1).toNanos()));
    }
    return ask(toClient);
  }

  /** Asks for a list on behalf of the proxy. */
  void remember(StaleLists.Question question) throws IOException {
    exchange = question;
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ask(answer);
    proxy.lists().keep(question, answer.toByteArray());
  }

  // --- the server

  /** Asks the server; whether another request can follow. */
  private boolean ask(OutputStream answer) throws IOException {
    watch = exchange.request().isWatch();
    Link server = link.isPresent() ? link.get() : connect();
    exchange.writeTo(server.out());
    HttpHead head = HttpHead.read(server.in()).orElseThrow(() -> new IOException("no answer"));
    while (head.status() == 100) {
      head = HttpHead.read(server.in()).orElseThrow(() -> new IOException("no answer"));
    }
    answer.write(head.bytes());
    answer.flush();
    if (head.status() == 101) {
      tunnel(server, answer);
      return false;
    }
    boolean more = HttpBody.ofAnswer(head, server.in(), answer, this::pass);
    answer.flush();
    watch = false;
    return more && head.field("Connection").filter("close"::equalsIgnoreCase).isEmpty();
  }

  private void pass() {
    if (watch) {
      proxy.passWatch();
    }
  }

  private Link connect() throws IOException {
    Socket socket = upstream.connect();
    Link made =
        new Link(
            socket,
            new BufferedInputStream(socket.getInputStream()),
            new BufferedOutputStream(socket.getOutputStream()));
    link = Optional.of(made);
    if (client.isClosed()) { // closed meanwhile: nobody else would close this one
      socket.close();
    }
    return made;
  }

  /** A watch on a WebSocket: both sides say what they like. */
  private void tunnel(Link server, OutputStream answer) throws IOException {
    FaultProxy.daemon(
            () -> {
              try {
                HttpBody.all(fromClient, server.out(), () -> {});
              } catch (IOException over) {
                // The other direction ends with it.
              } finally {
                close();
              }
            },
            "fault-proxy-watch")
        .start();
    HttpBody.all(server.in(), answer, this::pass);
  }

  @Override
  public void close() {
    close(client);
    link.ifPresent(it -> close(it.socket()));
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyClosed) {
      // As wanted.
    }
  }
}
