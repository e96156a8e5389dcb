package io.decisionstore.dynamodb.sink.client;

import io.decisionstore.dynamodb.sink.client.TableDescription.KeyPart;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Whether a table is one that the sink can write. */
public final class TableCheck {
  private TableCheck() {}

  /** Null, or what is wrong: a sentence for the person who can act. */
  public static String fault(TableDescription table, SinkConfig config) {
    List<KeyPart> declared = new ArrayList<>();
    declared.add(part(config.partitionKey()));
    if (config.sortKey() != null) {
      declared.add(part(config.sortKey()));
    }
    switch (table.status()) {
      case "DELETING":
        return "The table %s is being deleted: create it again, or correct the table's name."
            .formatted(config.where());
      case "ARCHIVING", "ARCHIVED", "INACCESSIBLE_ENCRYPTION_CREDENTIALS":
        return "The table %s is %s, since its encryption key cannot be used: give DynamoDB access to the key again, or restore the table from its backup."
            .formatted(config.where(), table.status());
      default:
    }
    if (!table.key().equals(declared)) {
      return "The table %s has the key %s, and the sink is declared with %s: declare the partition and the sort key that the table has."
          .formatted(config.where(), text(table.key()), text(declared));
    }
    if (table.provisioned() && table.writeUnits() <= 0) {
      return "The table %s has no write units, so nothing can be written: provision some, or switch it to on demand."
          .formatted(config.where());
    }
    return null;
  }

  private static KeyPart part(SinkField field) {
    return new KeyPart(field.attribute(), field.attributeType());
  }

  private static String text(List<KeyPart> key) {
    return key.stream()
        .map(part -> part.attribute() + " (" + part.type() + ")")
        .collect(Collectors.joining(" + "));
  }
}
