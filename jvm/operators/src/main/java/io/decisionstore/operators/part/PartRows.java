package io.decisionstore.operators.part;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/** Rows that hold a part of a decision; their order of fields is a contract with Python. */
public final class PartRows {

  /** A change of the decision table as the source emits it; any field may be null. */
  public static final class Change {
    public static final int EVENT_KIND = 0;
    public static final int SEQUENCE_NUMBER = 1;
    public static final int SHARD_ID = 2;
    public static final int CREATED_AT = 3;
    public static final int DECODE_ERROR = 4;
    public static final int RAW = 5;
    public static final int DECISION_ID = 6;
    public static final int PART_REVISION = 7;
    public static final int PART = 8;
    public static final int NAME = 9;
    public static final int REVISION = 10;
    public static final int CUSTOMER_ID = 11;
    public static final int EVENT_TIME = 12;
    public static final int SCHEMA = 13;
    public static final int PAYLOAD = 14;

    /** How a record of table {@code decisions} names what stands at these positions. */
    public static final String[] FIELDS = {
      "event_kind",
      "sequence_number",
      "shard_id",
      "created_at",
      "decode_error",
      "raw",
      "decision_id",
      "part_revision",
      "part",
      "name",
      "revision",
      "customer_id",
      "event_time",
      "schema",
      "payload"
    };

    private Change() {}
  }

  public static final int DECISION_ID = 0;
  public static final int PART_REVISION = 1;
  public static final int PART = 2;
  public static final int NAME = 3;
  public static final int REVISION = 4;
  public static final int CUSTOMER_ID = 5;
  public static final int EVENT_TIME = 6;
  public static final int SCHEMA = 7;
  public static final int PAYLOAD = 8;
  public static final int SHARD_ID = 9;
  public static final int SEQUENCE_NUMBER = 10;

  public static final String[] FIELDS = {
    "decision_id",
    "part_revision",
    "part",
    "name",
    "revision",
    "customer_id",
    "event_time",
    "schema",
    "payload",
    "shard_id",
    "sequence_number"
  };

  /** A part that conforms to the contract and to its schema. */
  public static final TypeInformation<Row> VALID =
      Types.ROW_NAMED(
          FIELDS,
          Types.STRING,
          Types.STRING,
          Types.STRING,
          Types.STRING,
          Types.INT,
          Types.STRING,
          Types.LONG,
          Types.STRING,
          Types.STRING,
          Types.STRING,
          Types.STRING);

  private PartRows() {}
}
