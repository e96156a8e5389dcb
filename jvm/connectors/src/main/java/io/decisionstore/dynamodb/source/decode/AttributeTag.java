package io.decisionstore.dynamodb.source.decode;

import java.util.Map;

/** The types of DynamoDB's attribute values, as they tag them. */
enum AttributeTag {
  S,
  N,
  B,
  BOOL,
  NULL,
  M,
  L,
  SS,
  NS,
  BS;

  private static final Map<String, AttributeTag> BY_NAME =
      Map.of(
          "S", S, "N", N, "B", B, "BOOL", BOOL, "NULL", NULL, "M", M, "L", L, "SS", SS, "NS", NS,
          "BS", BS);

  /** The tag the reader is at, or null. */
  static AttributeTag at(JsonReader reader) throws MalformedPageException {
    if (reader.textEscaped) {
      return BY_NAME.get(reader.text());
    }
    byte[] body = reader.body;
    int start = reader.textStart;
    byte first = body[start];
    switch (reader.textEnd - start) {
      case 1:
        return switch (first) {
          case 'S' -> S;
          case 'N' -> N;
          case 'B' -> B;
          case 'M' -> M;
          case 'L' -> L;
          default -> null;
        };
      case 2:
        if (body[start + 1] != 'S') {
          return null;
        }
        return switch (first) {
          case 'S' -> SS;
          case 'N' -> NS;
          case 'B' -> BS;
          default -> null;
        };
      case 4:
        return BY_NAME.get(reader.text());
      default:
        return null;
    }
  }
}
