package io.decisionstore.dynamodb.fields;

import java.io.Serializable;
import java.util.List;

/**
 * A field of a row that is taken from an attribute.
 *
 * @param name the row's field name
 * @param attribute the attribute's name in the item, or in the map that the row is read from
 * @param aliases older names of the attribute, tried in order where it is missing
 * @param type what the value must be
 * @param defaultJson the value where neither the attribute nor an alias is there, as DynamoDB JSON;
 *     null: none
 */
public record Field(
    String name, String attribute, List<String> aliases, FieldType type, String defaultJson)
    implements Serializable {

  public Field {
    aliases = List.copyOf(aliases);
  }

  /** One without aliases or default. */
  public Field(String name, String attribute, FieldType type) {
    this(name, attribute, List.of(), type, null);
  }
}
