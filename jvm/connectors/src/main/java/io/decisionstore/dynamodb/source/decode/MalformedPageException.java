package io.decisionstore.dynamodb.source.decode;

import java.io.IOException;

/** A response is no GetRecords response: cut off, or not JSON. It says where, and holds no data. */
public final class MalformedPageException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedPageException(String problem, int position) {
    super("The response of GetRecords cannot be read: %s at byte %d.".formatted(problem, position));
  }
}
