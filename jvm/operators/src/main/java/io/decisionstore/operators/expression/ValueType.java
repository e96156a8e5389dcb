package io.decisionstore.operators.expression;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/** What a field, an argument or a variable is. */
public enum ValueType {
  @JsonProperty("string")
  STRING(SimpleType.STRING, Types.STRING),
  @JsonProperty("long")
  LONG(SimpleType.INT, Types.LONG),
  @JsonProperty("double")
  DOUBLE(SimpleType.DOUBLE, Types.DOUBLE),
  @JsonProperty("boolean")
  BOOLEAN(SimpleType.BOOL, Types.BOOLEAN);

  private final CelType cel;
  private final TypeInformation<?> row;

  ValueType(CelType cel, TypeInformation<?> row) {
    this.cel = cel;
    this.row = row;
  }

  /** The type in rows; every value may be null. */
  public TypeInformation<?> row() {
    return row;
  }

  CelType cel() {
    return cel;
  }

  CelKind kind() {
    return cel.kind();
  }
}
