package io.decisionstore.bench;

import java.util.List;

/**
 * The attributes that every reader reads: nine of the record's twelve, the others are passed over.
 * The same as FIELDS in bench/source/ours.py.
 */
final class RecordFields {
  private RecordFields() {}

  /** How an attribute is read. */
  enum Type {
    STRING,
    LONG,
    DOUBLE,
    BOOLEAN,
    BYTES
  }

  record Field(String name, Type type) {}

  static final List<Field> ALL =
      List.of(
          new Field("id", Type.STRING),
          new Field("shard", Type.STRING),
          new Field("n", Type.LONG),
          new Field("written_at", Type.LONG),
          new Field("customer_id", Type.STRING),
          new Field("amount", Type.DOUBLE),
          new Field("active", Type.BOOLEAN),
          new Field("digest", Type.BYTES),
          new Field("payload", Type.STRING));

  /** The place of the time of writing (epoch microseconds). */
  static final int WRITTEN_AT = 3;
}
