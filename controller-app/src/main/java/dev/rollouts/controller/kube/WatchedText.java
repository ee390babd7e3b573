package dev.rollouts.controller.kube;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands the answers of watches on in ASCII, with JSON's escapes for everything else. The client
 * library decodes each piece of an answer by itself and takes more characters than there are when
 * one has several bytes; one such character in one object would end the watch of its kind.
 */
public final class WatchedText implements Interceptor {
  private static final int ASCII_MAX = 0x7f;

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    String query = request.uri().getQuery();
    return query != null && query.contains("watch=true") ? new Escaping(consumer) : consumer;
  }

  /** The pieces of one answer, in their order. */
  static final class Escaping implements AsyncBody.Consumer<List<ByteBuffer>> {
    private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
    private final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    /** The first bytes of a character whose others are still to come. */
    private ByteBuffer begun = ByteBuffer.allocate(0);

    Escaping(AsyncBody.Consumer<List<ByteBuffer>> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void consume(List<ByteBuffer> pieces, AsyncBody body) throws Exception {
      List<ByteBuffer> plain = new ArrayList<>(pieces.size());
      for (ByteBuffer each : pieces) {
        plain.add(begun.hasRemaining() || !isAscii(each) ? escaped(each) : each);
      }
      consumer.consume(plain, body);
    }

    @Override
    public <U> U unwrap(Class<U> target) {
      return consumer.unwrap(target);
    }

    private static boolean isAscii(ByteBuffer piece) {
      for (int i = piece.position(); i < piece.limit(); i++) {
        if (piece.get(i) < 0) {
          return false;
        }
      }
      return true;
    }

    private ByteBuffer escaped(ByteBuffer piece) {
      ByteBuffer all = ByteBuffer.allocate(begun.remaining() + piece.remaining());
      all.put(begun).put(piece).flip();
      CharBuffer text = CharBuffer.allocate(all.remaining() + 1);
      decoder.decode(all, text, false);
      begun = ByteBuffer.allocate(all.remaining()).put(all).flip();
      text.flip();
      StringBuilder plain = new StringBuilder(text.remaining() + 16);
      while (text.hasRemaining()) {
        char next = text.get();
        if (next <= ASCII_MAX) {
          plain.append(next);
        } else {
          plain.append("\\u%04x".formatted((int) next));
        }
      }
      return ByteBuffer.wrap(plain.toString().getBytes(StandardCharsets.US_ASCII));
    }
  }
}
