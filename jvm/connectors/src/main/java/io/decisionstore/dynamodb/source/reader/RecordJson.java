package io.decisionstore.dynamodb.source.reader;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;

/** A record that the SDK has read, back in DynamoDB's own JSON. */
final class RecordJson {
  private RecordJson() {}

  static String write(Record record) {
    StreamRecord change = record.dynamodb();
    List<String> members = new ArrayList<>();
    if (change.approximateCreationDateTime() != null) {
      members.add(
          "\"ApproximateCreationDateTime\":"
              + BigDecimal.valueOf(change.approximateCreationDateTime().toEpochMilli(), 3));
    }
    if (change.hasKeys()) {
      members.add("\"Keys\":" + image(change.keys()));
    }
    if (change.hasNewImage()) {
      members.add("\"NewImage\":" + image(change.newImage()));
    }
    if (change.hasOldImage()) {
      members.add("\"OldImage\":" + image(change.oldImage()));
    }
    members.add("\"SequenceNumber\":" + text(change.sequenceNumber()));
    return "{\"eventName\":%s,\"dynamodb\":{%s}}"
        .formatted(text(record.eventNameAsString()), String.join(",", members));
  }

  private static String image(Map<String, AttributeValue> attributes) {
    return attributes.entrySet().stream()
        .map(entry -> text(entry.getKey()) + ":" + value(entry.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String value(AttributeValue value) {
    String content =
        switch (value.type()) {
          case S -> text(value.s());
          case N -> text(value.n());
          case B -> bytes(value.b());
          case BOOL -> value.bool().toString();
          case NUL -> "true";
          case SS -> list(value.ss().stream().map(RecordJson::text).toList());
          case NS -> list(value.ns().stream().map(RecordJson::text).toList());
          case BS -> list(value.bs().stream().map(RecordJson::bytes).toList());
          case L -> list(value.l().stream().map(RecordJson::value).toList());
          case M -> image(value.m());
          default -> "null";
        };
    String type = value.type() == AttributeValue.Type.NUL ? "NULL" : value.type().name();
    return "{\"%s\":%s}".formatted(type, content);
  }

  private static String list(List<String> items) {
    return "[" + String.join(",", items) + "]";
  }

  private static String bytes(SdkBytes bytes) {
    return text(Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe()));
  }

  private static String text(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
