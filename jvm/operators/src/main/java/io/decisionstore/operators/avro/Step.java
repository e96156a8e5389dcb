package io.decisionstore.operators.avro;

/** One step through an event's bytes: past a value, or with it into its slot. */
@FunctionalInterface
interface Step {
  /** Goes on in the bytes; slots of what is null or not there stay as they are. */
  void go(AvroBytes in, Object[] slots);
}
