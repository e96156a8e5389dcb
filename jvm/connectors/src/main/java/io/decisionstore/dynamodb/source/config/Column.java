package io.decisionstore.dynamodb.source.config;

import java.io.Serializable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A field of the rows that the source emits.
 *
 * @param name the row's field name
 * @param origin where its value is taken from
 * @param attribute the item's attribute; for {@link Origin#METADATA} the name of the {@link
 *     Metadata}
 * @param type what the value must be
 */
public record Column(String name, Origin origin, String attribute, Type type)
    implements Serializable {

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
    CREATED_AT,
    DECODE_ERROR,
    RAW
  }

  /** Types of values. */
  public enum Type {
    STRING(Types.STRING),
    LONG(Types.LONG),
    INT(Types.INT),
    DOUBLE(Types.DOUBLE),
    BOOLEAN(Types.BOOLEAN),
    BYTES(Types.PRIMITIVE_ARRAY(Types.BYTE));

    private final TypeInformation<?> information;

    Type(TypeInformation<?> information) {
      this.information = information;
    }

    public TypeInformation<?> information() {
      return information;
    }
  }
}
