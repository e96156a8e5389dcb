package io.decisionstore.bench;

import java.io.Serializable;

/**
 * What rows are made, and how fast; all numbers are of all subtasks together.
 *
 * @param rowsPerSecond 0 for as fast as they are taken
 * @param keys how many keys are written in turn; 0 for ever new ones
 * @param versions after so many versions of each of them the next keys have their turn; 0 for never
 * @param hotShare the part of the rows that belongs to one partition key
 * @param hotKeys how many items that partition key has, written in turn; 0 for ever new ones
 * @param payloadBytes the length of the longest field
 * @param forMs rows are made for so long, and on until each key has all its versions; 0 for ever
 */
record Load(
    long rowsPerSecond,
    int keys,
    int versions,
    double hotShare,
    int hotKeys,
    int payloadBytes,
    long forMs)
    implements Serializable {

  static Load of(Arguments arguments) {
    return new Load(
        Long.parseLong(arguments.text("rows_per_second")),
        arguments.number("keys"),
        arguments.number("versions"),
        Double.parseDouble(arguments.text("hot_share")),
        arguments.number("hot_keys"),
        arguments.number("payload_bytes"),
        Long.parseLong(arguments.text("for_ms")));
  }

  /** What one of several subtasks makes of it: keys are never shared. */
  Load share(int subtasks) {
    return new Load(
        rowsPerSecond / subtasks,
        keys / subtasks,
        versions,
        hotShare,
        hotKeys / subtasks,
        payloadBytes,
        forMs);
  }
}
