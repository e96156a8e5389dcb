package io.decisionstore.bench.keyed;

import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** A record's value as it lies in Kafka: the least that a job in Python can be given. */
public final class Values implements DeserializationSchema<byte[]> {
  private static final long serialVersionUID = 1;

  @Override
  public byte[] deserialize(byte[] value) {
    return value;
  }

  @Override
  public boolean isEndOfStream(byte[] value) {
    return false;
  }

  @Override
  public TypeInformation<byte[]> getProducedType() {
    return PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
  }
}
