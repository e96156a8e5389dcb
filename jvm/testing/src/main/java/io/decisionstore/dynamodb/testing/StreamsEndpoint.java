package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/**
 * DynamoDB Streams on the wire: AWS JSON 1.0, and DescribeTable, by which clients find a table's
 * stream.
 */
final class StreamsEndpoint implements Endpoint {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STREAMS = "DynamoDBStreams_20120810.";
  private static final String TABLES = "DynamoDB_20120810.";
  private static final String AWS_JSON = "application/x-amz-json-1.0";

  private final ScriptedStreams streams;

  StreamsEndpoint(ScriptedStreams streams) {
    this.streams = streams;
  }

  @Override
  public Answer answer(Request request, Bytes out) {
    long sendAt = request.arrivedAt();
    try {
      Operation operation = operation(request.target());
      JsonNode parameters = parameters(request.body());
      String shardId = shardId(operation, parameters);
      long latency = streams.faults().nanos(operation, shardId);
      sendAt += latency;
      // What the answer holds is decided half-way, as by a server whose network takes half the time
      // each way.
      Pause.until(request.arrivedAt() + latency / 2);
      Faults.Strike strike = streams.faults().strike(operation, shardId);
      write(operation, parameters, strike, out);
      return new Answer(200, AWS_JSON, strike == null ? null : strike.kind(), sendAt);
    } catch (ServiceException refused) {
      out.clear();
      ObjectNode error =
          JSON.createObjectNode()
              .put("__type", refused.type())
              .put("message", refused.getMessage());
      out.utf8(error.toString());
      return new Answer(refused.status(), AWS_JSON, null, sendAt);
    }
  }

  private void write(Operation operation, JsonNode asked, Faults.Strike strike, Bytes out) {
    switch (operation) {
      case GET_RECORDS ->
          streams
              .reads()
              .getRecords(text(asked, "ShardIterator"), number(asked, "Limit"), strike, out);
      case GET_SHARD_ITERATOR -> out.utf8(iterator(asked, strike).toString());
      case DESCRIBE_STREAM -> out.utf8(description(asked, strike).toString());
      case LIST_STREAMS -> out.utf8(list(asked, strike).toString());
      case DESCRIBE_TABLE -> out.utf8(table(asked, strike).toString());
      default -> throw new IllegalStateException(operation + " is no operation of readers.");
    }
  }

  private ObjectNode iterator(JsonNode asked, Faults.Strike strike) {
    String iterator =
        streams
            .reads()
            .getShardIterator(
                text(asked, "StreamArn"),
                text(asked, "ShardId"),
                text(asked, "ShardIteratorType"),
                text(asked, "SequenceNumber"),
                strike);
    return JSON.createObjectNode().put("ShardIterator", iterator);
  }

  private ObjectNode description(JsonNode asked, Faults.Strike strike) {
    StreamDescription found =
        streams
            .reads()
            .describeStream(
                text(asked, "StreamArn"),
                number(asked, "Limit"),
                text(asked, "ExclusiveStartShardId"),
                childrenOf(asked),
                strike);
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode stream = answer.putObject("StreamDescription");
    stream.put("StreamArn", found.streamArn()).put("StreamLabel", found.streamLabel());
    stream.put("StreamStatus", found.status()).put("StreamViewType", found.viewType().name());
    stream
        .put("TableName", found.tableName())
        .put("CreationRequestDateTime", found.createdAt() / 1_000.0);
    stream.set("KeySchema", keySchema(found.keys()));
    ArrayNode shards = stream.putArray("Shards");
    for (ShardDescription shard : found.shards()) {
      ObjectNode entry = shards.addObject().put("ShardId", shard.shardId());
      if (shard.parentShardId() != null) {
        entry.put("ParentShardId", shard.parentShardId());
      }
      ObjectNode range = entry.putObject("SequenceNumberRange");
      range.put("StartingSequenceNumber", shard.startingSequenceNumber());
      if (shard.isClosed()) {
        range.put("EndingSequenceNumber", shard.endingSequenceNumber());
      }
    }
    if (found.lastEvaluatedShardId() != null) {
      stream.put("LastEvaluatedShardId", found.lastEvaluatedShardId());
    }
    return answer;
  }

  private ObjectNode list(JsonNode asked, Faults.Strike strike) {
    StreamList found =
        streams
            .reads()
            .listStreams(
                text(asked, "TableName"),
                number(asked, "Limit"),
                text(asked, "ExclusiveStartStreamArn"),
                strike);
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode entries = answer.putArray("Streams");
    for (StreamList.Entry stream : found.streams()) {
      entries
          .addObject()
          .put("StreamArn", stream.streamArn())
          .put("StreamLabel", stream.streamLabel())
          .put("TableName", stream.tableName());
    }
    if (found.lastEvaluatedStreamArn() != null) {
      answer.put("LastEvaluatedStreamArn", found.lastEvaluatedStreamArn());
    }
    return answer;
  }

  private ObjectNode table(JsonNode asked, Faults.Strike strike) {
    StreamedTable found = streams.reads().describeTable(text(asked, "TableName"), strike);
    Stream stream = found.newestStream();
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode table = answer.putObject("Table");
    table.put("TableName", found.name()).put("TableStatus", "ACTIVE");
    table.put("TableArn", Stream.tableArn(streams.region(), found.name()));
    table.set("KeySchema", keySchema(found.keys()));
    table.put("LatestStreamArn", stream.arn()).put("LatestStreamLabel", stream.label());
    if (stream.isEnabled()) {
      table
          .putObject("StreamSpecification")
          .put("StreamEnabled", true)
          .put("StreamViewType", stream.view().name());
    }
    return answer;
  }

  private static ArrayNode keySchema(List<String> keys) {
    ArrayNode schema = JSON.createArrayNode();
    for (int i = 0; i < keys.size(); i++) {
      schema
          .addObject()
          .put("AttributeName", keys.get(i))
          .put("KeyType", i == 0 ? "HASH" : "RANGE");
    }
    return schema;
  }

  private static Operation operation(String target) {
    boolean known =
        target.startsWith(STREAMS) || target.equals(TABLES + Operation.DESCRIBE_TABLE.wireName());
    try {
      if (known) {
        Operation named = Operation.named(target.substring(target.indexOf('.') + 1));
        if (named.isOfReaders()) {
          return named;
        }
      }
    } catch (IllegalArgumentException unknown) {
      // falls through to the answer AWS gives
    }
    throw new ServiceException("UnknownOperationException", 400, "There is no operation " + target);
  }

  private static JsonNode parameters(byte[] body) {
    try {
      JsonNode parameters = JSON.readTree(body);
      if (parameters.isObject()) {
        return parameters;
      }
    } catch (JsonProcessingException malformed) {
      // falls through to the answer AWS gives
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    throw new ServiceException(
        "SerializationException", 400, "The request's body is no JSON object");
  }

  private static String shardId(Operation operation, JsonNode asked) {
    return switch (operation) {
      case GET_RECORDS -> ShardIterator.parse(text(asked, "ShardIterator")).shardId();
      case GET_SHARD_ITERATOR -> text(asked, "ShardId");
      case DESCRIBE_STREAM -> childrenOf(asked);
      default -> null;
    };
  }

  private static String childrenOf(JsonNode asked) {
    JsonNode filter = asked.path("ShardFilter");
    if (filter.isMissingNode() || filter.isNull()) {
      return null;
    }
    if (!"CHILD_SHARDS".equals(text(filter, "Type")) || text(filter, "ShardId") == null) {
      throw ServiceException.invalid("ShardFilter needs the Type CHILD_SHARDS and a ShardId");
    }
    return text(filter, "ShardId");
  }

  private static String text(JsonNode asked, String name) {
    return asked.path(name).textValue();
  }

  private static Integer number(JsonNode asked, String name) {
    JsonNode value = asked.path(name);
    return value.isNumber() ? value.intValue() : null;
  }
}
