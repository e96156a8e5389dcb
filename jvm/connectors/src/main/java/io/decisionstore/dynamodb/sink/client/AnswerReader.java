package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.http.SignedRequests.Body;
import io.decisionstore.dynamodb.sink.client.TableClient.Answer;
import io.decisionstore.dynamodb.sink.client.TableClient.Consumed;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.ItemKey;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.KeyValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParser;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonToken;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.StreamReadFeature;

/** What DynamoDB answers to writes. */
final class AnswerReader {
  /** Its errors show nothing of an answer, which may hold items. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

  private final String partition;
  private final String sort;

  AnswerReader(SinkConfig config) {
    this.partition = config.partitionKey().attribute();
    this.sort = config.sortKey() == null ? null : config.sortKey().attribute();
  }

  /** What BatchWriteItem answers. */
  Answer batch(List<ItemWrite> writes, Body body) throws IOException {
    Content content = read(body);
    if (content.unprocessed == null) {
      throw new IOException("the answer does not say what was left unprocessed");
    }
    return new Answer(matching(writes, content.unprocessed), false, content.consumed());
  }

  /**
   * What PutItem, UpdateItem and DeleteItem answer.
   *
   * @param stale whether the condition failed
   */
  Answer single(Body body, boolean stale) throws IOException {
    return new Answer(List.of(), stale, read(body).consumed());
  }

  private static List<ItemWrite> matching(List<ItemWrite> writes, List<ItemKey> left) {
    if (left.isEmpty()) {
      return List.of();
    }
    List<ItemWrite> unprocessed = new ArrayList<>(left.size());
    for (ItemKey key : left) {
      ItemWrite write = withKey(key, writes);
      if (write == null) {
        return List.copyOf(writes); // Not recognized: writing all again loses nothing.
      }
      unprocessed.add(write);
    }
    return unprocessed;
  }

  /** Of 25 at the most, and few are looked for: a map costs more than it saves. */
  private static ItemWrite withKey(ItemKey key, List<ItemWrite> writes) {
    for (ItemWrite write : writes) {
      if (write.key().equals(key)) {
        return write;
      }
    }
    return null;
  }

  private Content read(Body body) throws IOException {
    try (JsonParser parser = JSON.createParser(body.bytes(), 0, body.length())) {
      Content content = new Content();
      parser.nextToken();
      members(
          parser,
          name -> {
            switch (name) {
              case "ConsumedCapacity" -> content.addConsumed(parser);
              case "UnprocessedItems" -> content.unprocessed = unprocessed(parser);
              default -> parser.skipChildren();
            }
          });
      return content;
    } catch (JsonProcessingException broken) {
      throw new IOException("the answer is not JSON as DynamoDB sends it", broken);
    }
  }

  /** The keys; a null one is of no form that was sent. */
  private List<ItemKey> unprocessed(JsonParser parser) throws IOException {
    List<ItemKey> keys = new ArrayList<>();
    members(
        parser,
        table ->
            elements(
                parser,
                () ->
                    members(
                        parser,
                        putOrDelete ->
                            members(
                                parser,
                                name -> {
                                  if (name.equals("Item") || name.equals("Key")) {
                                    keys.add(key(parser));
                                  } else {
                                    parser.skipChildren();
                                  }
                                }))));
    return keys;
  }

  private ItemKey key(JsonParser parser) throws IOException {
    KeyValue[] values = new KeyValue[2];
    members(
        parser,
        name -> {
          if (name.equals(partition)) {
            values[0] = value(parser);
          } else if (name.equals(sort)) {
            values[1] = value(parser);
          } else {
            parser.skipChildren();
          }
        });
    return new ItemKey(values[0], values[1]);
  }

  private static KeyValue value(JsonParser parser) throws IOException {
    KeyValue[] value = new KeyValue[1];
    members(
        parser,
        type -> {
          String text = parser.getText();
          parser.skipChildren();
          if (type.length() == 1) {
            value[0] = keyValue(type.charAt(0), text);
          }
        });
    return value[0];
  }

  private static KeyValue keyValue(char type, String text) {
    try {
      return KeyValue.of(type, text);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  private static void members(JsonParser parser, Member member) throws IOException {
    expect(parser, JsonToken.START_OBJECT);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      member.read(name);
    }
  }

  private static void elements(JsonParser parser, Element element) throws IOException {
    expect(parser, JsonToken.START_ARRAY);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      element.read();
    }
  }

  private static void expect(JsonParser parser, JsonToken token) throws IOException {
    if (parser.currentToken() != token) {
      throw new IOException("the answer is not JSON as DynamoDB sends it");
    }
  }

  /** Reads or skips the value of a member; the parser stands at its first token. */
  @FunctionalInterface
  private interface Member {
    void read(String name) throws IOException;
  }

  /** Reads or skips an element of an array; the parser stands at its first token. */
  @FunctionalInterface
  private interface Element {
    void read() throws IOException;
  }

  /** The members of an answer that say something. */
  private static final class Content {
    private List<ItemKey> unprocessed;
    private boolean told;
    private double total;
    private double ofGlobalIndexes;
    private Map<String, Double> indexes = Map.of();

    /** BatchWriteItem tells a list by table, the others only their own. */
    void addConsumed(JsonParser parser) throws IOException {
      if (parser.currentToken() == JsonToken.START_ARRAY) {
        elements(parser, () -> addTable(parser));
      } else if (parser.currentToken() == JsonToken.START_OBJECT) {
        addTable(parser);
      }
    }

    private void addTable(JsonParser parser) throws IOException {
      members(
          parser,
          name -> {
            switch (name) {
              case "CapacityUnits" -> {
                told = true;
                total += parser.getDoubleValue();
              }
              case "GlobalSecondaryIndexes" -> members(parser, index -> addIndex(parser, index));
              default -> parser.skipChildren();
            }
          });
    }

    private void addIndex(JsonParser parser, String index) throws IOException {
      members(
          parser,
          name -> {
            if (name.equals("CapacityUnits")) {
              indexes = indexes.isEmpty() ? new HashMap<>() : indexes;
              indexes.merge(index, parser.getDoubleValue(), Double::sum);
              ofGlobalIndexes += parser.getDoubleValue();
            } else {
              parser.skipChildren();
            }
          });
    }

    /** The whole is that of the table, its local indexes and its global ones. */
    Consumed consumed() {
      return told ? new Consumed(total - ofGlobalIndexes, indexes) : null;
    }
  }
}
