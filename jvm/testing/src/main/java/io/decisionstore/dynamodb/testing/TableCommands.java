package io.decisionstore.dynamodb.testing;

import static io.decisionstore.dynamodb.testing.ControlEndpoint.needed;
import static io.decisionstore.dynamodb.testing.ControlEndpoint.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The script's lines about tables that are written to. */
final class TableCommands {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ScriptedTables tables;
  private final Map<String, ControlEndpoint.Command> commands = new LinkedHashMap<>();

  TableCommands(ScriptedTables tables) {
    this.tables = tables;
    does("create", this::create);
    does("set_capacity", this::setCapacity);
    does(
        "leave_unprocessed",
        asked ->
            table(asked)
                .leaveUnprocessed(
                    needed(asked, "share").doubleValue(), needed(asked, "seed").longValue()));
    does("poison_key", asked -> table(asked).poisonKey(text(asked, "key"), text(asked, "reason")));
    does(
        "poison_attribute",
        asked -> table(asked).poisonAttribute(text(asked, "attribute"), text(asked, "reason")));
    does("cure", asked -> table(asked).cure());
    does("reset_report", asked -> table(asked).traffic().reset(tables.now()));
    commands.put("tables/report", asked -> table(asked).traffic().report());
    commands.put("tables/get", this::get);
    commands.put("tables/items", this::items);
    commands.put("tables/versions", this::versions);
    commands.put("tables/partition_of", this::partitionOf);
  }

  Map<String, ControlEndpoint.Command> all() {
    return commands;
  }

  private void does(String name, Consumer<JsonNode> script) {
    commands.put(
        "tables/" + name,
        asked -> {
          script.accept(asked);
          return Map.of();
        });
  }

  private WriteTable table(JsonNode asked) {
    return tables.get(text(asked, "table"));
  }

  private void create(JsonNode asked) {
    List<TableSchema.Index> indexes = new ArrayList<>();
    List<Double> units = new ArrayList<>();
    for (JsonNode index : needed(asked, "indexes")) {
      indexes.add(new TableSchema.Index(text(index, "name"), keyPart(index)));
      units.add(needed(index, "write_units").doubleValue());
    }
    List<TableSchema.KeyPart> keys = new ArrayList<>();
    needed(asked, "keys").forEach(key -> keys.add(keyPart(key)));
    TableSchema schema =
        TableSchema.of(
            keys,
            asked.path("version_attribute").textValue(),
            asked.path("created_at_attribute").textValue(),
            indexes);
    tables.create(
        text(asked, "table"),
        schema,
        mode(needed(asked, "capacity")),
        needed(asked, "partitions").intValue(),
        asked.path("partition_write_units").doubleValue(),
        units,
        needed(asked, "stores_items").booleanValue());
  }

  private static TableSchema.KeyPart keyPart(JsonNode asked) {
    return new TableSchema.KeyPart(text(asked, "attribute"), text(asked, "type"));
  }

  private static CapacityMode mode(JsonNode asked) {
    return asked.hasNonNull("write_units")
        ? CapacityMode.provisioned(
            asked.get("write_units").doubleValue(), needed(asked, "burst_seconds").doubleValue())
        : CapacityMode.onDemand(
            asked.path("warm_write_units").doubleValue(),
            asked.path("max_write_units").doubleValue(),
            needed(asked, "doubling_seconds").doubleValue());
  }

  private void setCapacity(JsonNode asked) {
    WriteTable table = table(asked);
    long now = tables.now();
    List<String> names = table.schema().indexes().stream().map(TableSchema.Index::name).toList();
    for (Map.Entry<String, JsonNode> index : needed(asked, "index_write_units").properties()) {
      if (!names.contains(index.getKey())) {
        throw new IllegalArgumentException(
            "The table " + table.name() + " has no index " + index.getKey() + ".");
      }
      table.capacity().setIndex(names.indexOf(index.getKey()), index.getValue().doubleValue(), now);
    }
    table.capacity().set(mode(needed(asked, "capacity")), now);
  }

  private Object get(JsonNode asked) {
    WriteTable table = stores(table(asked));
    byte[] item = table.get(scan(table.schema(), needed(asked, "key")).keyAlone());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("item", item == null ? null : tree(item));
    return answer;
  }

  private Object items(JsonNode asked) {
    List<JsonNode> items = new ArrayList<>();
    for (StoredItem stored : stores(table(asked)).all()) {
      synchronized (stored) {
        if (stored.present) {
          items.add(tree(stored.json));
        }
      }
    }
    return Map.of("items", items);
  }

  /** Rows of a key's parts and the version, as texts. */
  private Object versions(JsonNode asked) {
    WriteTable table = table(asked);
    if (table.schema().version() == null) {
      throw new IllegalArgumentException(
          "The table " + table.name() + " has no version attribute: name one when it is created.");
    }
    List<List<String>> rows = new ArrayList<>();
    for (StoredItem stored : table.all()) {
      synchronized (stored) {
        if (stored.present) {
          String sort = stored.key().sortText();
          String version = stored.version == null ? null : stored.version.toPlainString();
          rows.add(
              sort == null
                  ? Arrays.asList(stored.key().partitionText(), version)
                  : Arrays.asList(stored.key().partitionText(), sort, version));
        }
      }
    }
    return Map.of("versions", rows);
  }

  private Object partitionOf(JsonNode asked) {
    WriteTable table = table(asked);
    TableSchema.KeyPart part = table.schema().keys().get(0);
    TableSchema alone = TableSchema.of(List.of(part), null, null, List.of());
    JsonNode key = JSON.createObjectNode().set(part.attribute(), needed(asked, "partition_key"));
    int partitions = table.capacity().partitions();
    return Map.of("partition", scan(alone, key).keyAlone().partitionOf(partitions));
  }

  private static WriteTable stores(WriteTable table) {
    if (!table.storesItems()) {
      throw new IllegalArgumentException("The table " + table.name() + " stores no items.");
    }
    return table;
  }

  private static ItemScan scan(TableSchema schema, JsonNode item) {
    return new ItemScan(schema, new JsonCursor(item.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode tree(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
