package io.decisionstore.dynamodb.sink.config;

import io.decisionstore.dynamodb.fields.FieldType;
import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.MapOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import java.io.Serializable;

/**
 * A field of the rows that is written.
 *
 * @param name the row's field name
 * @param attribute the item's attribute
 * @param type what the value must be
 * @param role what the attribute is to its item
 */
public record SinkField(String name, String attribute, FieldType type, Role role)
    implements Serializable {

  /** What an attribute is to its item. */
  public enum Role {
    PARTITION_KEY,
    SORT_KEY,
    ATTRIBUTE,
    /** Added to what the table holds, by {@link WriteMode.Kind#UPDATE}: a number, or a set. */
    ADD,
    /** When the item expires: epoch milliseconds in the row, epoch seconds in the item. */
    TIME_TO_LIVE
  }

  /** Whether it identifies the item. */
  public boolean isKey() {
    return role == Role.PARTITION_KEY || role == Role.SORT_KEY;
  }

  /** DynamoDB's letters for the type: S, N, B, BOOL, L, M, SS, NS, BS; null where any fits. */
  public String attributeType() {
    return attributeType(type);
  }

  private static String attributeType(FieldType type) {
    if (type instanceof Scalar scalar) {
      return switch (scalar) {
        case STRING -> "S";
        case LONG, INT, DOUBLE, DECIMAL -> "N";
        case BOOLEAN -> "BOOL";
        case BYTES -> "B";
        case JSON -> null;
      };
    }
    return type instanceof ListOf
        ? "L"
        : type instanceof SetOf set ? attributeType(set.element()) + "S" : "M";
  }

  /** DynamoDB takes strings, numbers and bytes as keys. */
  boolean fitsKey() {
    return !(type instanceof RowOf || type instanceof ListOf || type instanceof MapOf)
        && !(type instanceof SetOf)
        && type != Scalar.BOOLEAN
        && type != Scalar.JSON;
  }

  /** DynamoDB adds numbers, and elements to sets. */
  boolean canBeAdded() {
    return type instanceof SetOf || "N".equals(attributeType());
  }
}
