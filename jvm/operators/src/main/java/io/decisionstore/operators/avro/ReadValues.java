package io.decisionstore.operators.avro;

import org.apache.avro.Schema;

/** Steps that take a value along: whole numbers as Long, others as Double, texts as String. */
final class ReadValues {
  private ReadValues() {}

  /**
   * A primitive into its slot.
   *
   * @param written its type
   * @param expected the type it is read as; Avro's promotions lose what they lose there too
   */
  static Step of(Schema.Type written, Schema.Type expected, int slot) {
    return switch (written) {
      case NULL -> (in, slots) -> {};
      case BOOLEAN -> (in, slots) -> slots[slot] = in.readBoolean();
      case STRING -> (in, slots) -> slots[slot] = in.readText(ReadLimits.ofText(in.readLong()));
      case BYTES -> (in, slots) -> slots[slot] = in.readText(ReadLimits.ofBytes(in.readLong()));
      case INT -> ofInt(expected, slot);
      case LONG -> ofLong(expected, slot);
      case FLOAT -> (in, slots) -> slots[slot] = (double) in.readFloat();
      case DOUBLE -> (in, slots) -> slots[slot] = in.readDouble();
      default -> throw new IllegalArgumentException("not a value: " + written);
    };
  }

  private static Step ofInt(Schema.Type expected, int slot) {
    return switch (expected) {
      case FLOAT -> (in, slots) -> slots[slot] = (double) (float) in.readInt();
      case DOUBLE -> (in, slots) -> slots[slot] = (double) in.readInt();
      default -> (in, slots) -> slots[slot] = (long) in.readInt();
    };
  }

  private static Step ofLong(Schema.Type expected, int slot) {
    return switch (expected) {
      case FLOAT -> (in, slots) -> slots[slot] = (double) (float) in.readLong();
      case DOUBLE -> (in, slots) -> slots[slot] = (double) in.readLong();
      default -> (in, slots) -> slots[slot] = in.readLong();
    };
  }
}
