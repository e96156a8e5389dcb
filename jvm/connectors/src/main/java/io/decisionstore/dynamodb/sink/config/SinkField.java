package io.decisionstore.dynamodb.sink.config;

import java.io.Serializable;

/**
 * A field of the rows that is written.
 *
 * @param name the row's field name
 * @param attribute the item's attribute
 * @param type what the value must be
 * @param role whether the attribute is part of the item's key
 */
public record SinkField(String name, String attribute, Type type, Role role)
    implements Serializable {

  /** What an attribute is to its item. */
  public enum Role {
    PARTITION_KEY,
    SORT_KEY,
    ATTRIBUTE
  }

  /** Types of values, and the DynamoDB type each is written as. */
  public enum Type {
    STRING("S"),
    LONG("N"),
    INT("N"),
    DOUBLE("N"),
    BOOLEAN("BOOL"),
    BYTES("B");

    private final String attributeType;

    Type(String attributeType) {
      this.attributeType = attributeType;
    }

    /** DynamoDB's letter for the type. */
    public String attributeType() {
      return attributeType;
    }

    /** DynamoDB takes strings, numbers and bytes as keys. */
    public boolean fitsKey() {
      return this != BOOLEAN;
    }
  }
}
