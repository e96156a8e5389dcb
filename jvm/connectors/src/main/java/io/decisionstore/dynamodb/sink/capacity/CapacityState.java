package io.decisionstore.dynamodb.sink.capacity;

/**
 * What a process knows of a table's capacity, at one moment.
 *
 * @param mode how the table is paid for
 * @param ceiling units a second that the table's description, or a fixed capacity, allows all
 *     subtasks together; 0 if nothing is said
 * @param unitsPerSecond what this process may take now; -1 for as many as it can
 * @param heldBack whether a writer of this process waited for its turn within the last second
 * @param toleratedShare of the items, refused at whatever pace and therefore borne; 0 to 1
 */
record CapacityState(
    Mode mode, double ceiling, long unitsPerSecond, boolean heldBack, double toleratedShare) {

  /** How the table is paid for. */
  enum Mode {
    /** Not described yet, or the role may not ask. */
    UNKNOWN,
    PROVISIONED,
    ON_DEMAND,
    /** The sink was told a number. */
    FIXED
  }
}
