package io.decisionstore.dynamodb.source.config;

import io.decisionstore.dynamodb.fields.Field;
import io.decisionstore.dynamodb.fields.FieldType;
import java.io.Serializable;

/**
 * A field of the rows that the source emits.
 *
 * @param origin where its value is taken from
 * @param field its name, attribute and type; of {@link Origin#METADATA} the attribute is the name
 *     of the {@link Metadata}
 */
public record Column(Origin origin, Field field) implements Serializable {

  /** Where a value is taken from. */
  public enum Origin {
    METADATA,
    NEW_IMAGE,
    OLD_IMAGE
  }

  /** What the source knows of a record beside its images. */
  public enum Metadata {
    EVENT_KIND,
    SEQUENCE_NUMBER,
    SHARD_ID,
    TABLE,
    CREATED_AT,
    DECODE_ERROR,
    /** The record as DynamoDB sent it, where DECODE_ERROR is set and of removed items. */
    RAW,
    /** The record as DynamoDB sent it, always. */
    RECORD;

    public FieldType type() {
      return this == CREATED_AT ? FieldType.Scalar.LONG : FieldType.Scalar.STRING;
    }
  }

  public Column {
    if (origin == Origin.METADATA) {
      FieldType type = Metadata.valueOf(field.attribute()).type();
      if (!type.equals(field.type())) {
        throw new IllegalArgumentException(
            "The metadata %s is a %s.".formatted(field.attribute(), type.label()));
      }
    }
  }

  /** One without aliases or default. */
  public Column(String name, Origin origin, String attribute, FieldType type) {
    this(origin, new Field(name, attribute, type));
  }

  /** A column of metadata. */
  public static Column of(String name, Metadata which) {
    return new Column(name, Origin.METADATA, which.name(), which.type());
  }

  /** From the text that {@code flink_dynamodb.fields} writes. */
  public static Column parse(String json) {
    return ColumnJson.read(json);
  }

  public String name() {
    return field.name();
  }

  public String attribute() {
    return field.attribute();
  }

  public FieldType type() {
    return field.type();
  }
}
