package io.decisionstore.operators.avro;

import org.apache.avro.Schema;

/** Steps past values the expected schema does not have. */
final class SkippedValues {
  static final Step TEXT = (in, slots) -> in.skip(in.readLong());

  private SkippedValues() {}

  /** Past a primitive, an enum's symbol or a fixed. */
  static Step of(Schema written) {
    return switch (written.getType()) {
      case NULL -> (in, slots) -> {};
      case BOOLEAN -> (in, slots) -> in.skip(1);
      case INT, ENUM -> (in, slots) -> in.readInt();
      case LONG -> (in, slots) -> in.readLong();
      case FLOAT -> (in, slots) -> in.skip(Float.BYTES);
      case DOUBLE -> (in, slots) -> in.skip(Double.BYTES);
      case STRING, BYTES -> TEXT;
      case FIXED -> {
        int size = written.getFixedSize();
        yield (in, slots) -> in.skip(size);
      }
      default -> throw new IllegalArgumentException("not a value: " + written);
    };
  }

  /** Past an array's items or a map's entries; at once where a block says how long it is. */
  static Step collection(Step item) {
    return (in, slots) -> {
      for (long items = in.readLong(); items != 0; items = in.readLong()) {
        if (items < 0) {
          in.skip(in.readLong());
          continue;
        }
        ReadLimits.ofItems(0, items); // items may take no bytes at all
        for (long index = 0; index < items; index++) {
          item.go(in, slots);
        }
      }
    };
  }
}
