package dev.rollouts.analysis.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/**
 * What can be wrong with a server. A provider reports each as a Failure, by its time limit at the
 * latest.
 */
public enum Trouble {
  /** Closes the connection without a word. */
  SAYS_NOTHING {
    @Override
    boolean answer(OutputStream out) {
      return false;
    }
  },
  /** Takes the request and never answers. */
  NEVER_ANSWERS {
    @Override
    boolean answer(OutputStream out) {
      return true;
    }
  },
  /** Sends a byte now and then, for ever. */
  DRIPS {
    @Override
    boolean answer(OutputStream out) throws IOException {
      text(out, OK + "Content-Length: 1000000\r\n\r\n");
      while (true) {
        text(out, " ");
        out.flush();
        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
      }
    }
  },
  /** Promises more than it sends. */
  CUT_SHORT {
    @Override
    boolean answer(OutputStream out) throws IOException {
      text(out, OK + "Content-Length: 1000\r\n\r\n{\"status\":");
      return false;
    }
  },
  /** Cuts a chunked answer. */
  CUT_IN_A_CHUNK {
    @Override
    boolean answer(OutputStream out) throws IOException {
      text(out, OK + "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"status\"");
      return false;
    }
  },
  /** Speaks something else. */
  SPEAKS_NO_HTTP {
    @Override
    boolean answer(OutputStream out) throws IOException {
      text(out, "SSH-2.0-OpenSSH_9.2\r\n\u0007\u001b[31m");
      return false;
    }
  },
  /** Never comes to the end of its headers. */
  ENDLESS_HEADERS {
    @Override
    boolean answer(OutputStream out) throws IOException {
      text(out, OK);
      byte[] header = ("X-More: " + "m".repeat(1000) + "\r\n").getBytes(StandardCharsets.UTF_8);
      while (true) {
        out.write(header);
      }
    }
  },
  /** Never comes to the end of its body. */
  ENDLESS_BODY {
    @Override
    boolean answer(OutputStream out) throws IOException {
      text(out, OK + "\r\n[");
      byte[] more = "1,".repeat(4096).getBytes(StandardCharsets.UTF_8);
      while (true) {
        out.write(more);
      }
    }
  },
  /** A hundred megabytes in a hundred kilobytes. */
  GZIP_BOMB {
    @Override
    boolean answer(OutputStream out) throws IOException {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      byte[] blanks = new byte[1 << 20];
      Arrays.fill(blanks, (byte) ' ');
      try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
        for (int i = 0; i < 100; i++) {
          gzip.write(blanks);
        }
      }
      text(out, OK + "Content-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n\r\n");
      packed.writeTo(out);
      return false;
    }
  },
  /** Says that it is packed, and is not. */
  FALSE_GZIP {
    @Override
    boolean answer(OutputStream out) throws IOException {
      text(out, OK + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}");
      return false;
    }
  },
  /** Nested ten thousand levels deep. */
  DEEP_JSON {
    @Override
    boolean answer(OutputStream out) throws IOException {
      return body(out, "[".repeat(10_000) + "]".repeat(10_000));
    }
  },
  /** Two redirects that point at each other. */
  REDIRECT_LOOP {
    @Override
    boolean answer(OutputStream out) throws IOException {
      text(out, "HTTP/1.1 307 Temporary Redirect\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
      return true;
    }
  },
  /** Wants to be asked about the credentials of the machine. */
  REDIRECT_TO_METADATA {
    @Override
    boolean answer(OutputStream out) throws IOException {
      text(
          out,
          "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/\r\nContent-Length: 0\r\n\r\n");
      return true;
    }
  },
  /** Wants a file. */
  REDIRECT_TO_A_FILE {
    @Override
    boolean answer(OutputStream out) throws IOException {
      text(out, "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
      return true;
    }
  },
  BAD_REQUEST_STATUS {
    @Override
    boolean answer(OutputStream out) throws IOException {
      return status(out, "400 Bad Request");
    }
  },
  UNAUTHORIZED_STATUS {
    @Override
    boolean answer(OutputStream out) throws IOException {
      return status(out, "401 Unauthorized");
    }
  },
  PROXY_AUTHENTICATION_STATUS {
    @Override
    boolean answer(OutputStream out) throws IOException {
      return status(out, "407 Proxy Authentication Required");
    }
  },
  REQUEST_TIMEOUT_STATUS {
    @Override
    boolean answer(OutputStream out) throws IOException {
      return status(out, "408 Request Timeout");
    }
  },
  TOO_MANY_REQUESTS_STATUS {
    @Override
    boolean answer(OutputStream out) throws IOException {
      return status(out, "429 Too Many Requests\r\nRetry-After: 0");
    }
  },
  SERVER_ERROR_STATUS {
    @Override
    boolean answer(OutputStream out) throws IOException {
      return status(out, "500 Internal Server Error");
    }
  },
  UNAVAILABLE_STATUS {
    @Override
    boolean answer(OutputStream out) throws IOException {
      return status(out, "503 Service Unavailable\r\nRetry-After: 0");
    }
  };

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

  /** Whether only the time limit ends it, so that a test sets a short one. */
  public boolean lasts() {
    return this == NEVER_ANSWERS || this == DRIPS;
  }

  /** A server with this trouble. */
  public RawServer server() {
    return new RawServer((request, out) -> answer(out));
  }

  abstract boolean answer(OutputStream out) throws IOException;

  private static boolean body(OutputStream out, String body) throws IOException {
    text(out, OK + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    return true;
  }

  private static boolean status(OutputStream out, String statusAndHeaders) throws IOException {
    text(out, "HTTP/1.1 " + statusAndHeaders + "\r\nContent-Length: 4\r\n\r\noops");
    return true;
  }

  private static void text(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
