package io.decisionstore.operators.avro;

import org.apache.avro.Schema;

/** Steps past values nobody wants that are looked at as if they were read. */
final class PassedValues {
  static final Step TEXT = (in, slots) -> in.skip(ReadLimits.ofText(in.readLong()));
  private static final Step BYTES = (in, slots) -> in.skip(ReadLimits.ofBytes(in.readLong()));

  private PassedValues() {}

  /** Past a primitive or a fixed. */
  static Step of(Schema written) {
    return switch (written.getType()) {
      case STRING -> TEXT;
      case BYTES -> BYTES;
      default -> SkippedValues.of(written);
    };
  }

  /** Past an array's items or a map's entries. */
  static Step collection(Step item) {
    return (in, slots) -> {
      long before = 0;
      for (long more = items(in); ; more = items(in)) {
        before = ReadLimits.ofItems(before, more);
        if (more == 0) {
          return;
        }
        for (long index = 0; index < more; index++) {
          item.go(in, slots);
        }
      }
    };
  }

  /** A block's number of items; a negative one has the block's size in bytes behind it. */
  private static long items(AvroBytes in) {
    long items = in.readLong();
    if (items < 0) {
      in.readLong();
      return -items;
    }
    return items;
  }
}
