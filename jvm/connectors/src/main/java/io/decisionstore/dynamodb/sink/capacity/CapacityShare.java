package io.decisionstore.dynamodb.sink.capacity;

import io.decisionstore.dynamodb.sink.client.Refusal;
import io.decisionstore.dynamodb.sink.client.TableClient.Consumed;
import io.decisionstore.dynamodb.sink.client.TableDescription;

/**
 * What one writer may take of a table, by units a second and by open requests. Called from the
 * writer's task thread; times are its clock's milliseconds. What tells a state is for any thread.
 *
 * <p>Units are those of writes that are not known to be held back for their partition's sake:
 * refusals of a partition that is known to be hot say nothing of the table.
 */
public interface CapacityShare {

  /** Requests that may be open. */
  int requestsAllowed();

  /**
   * Milliseconds until the next request may go; 0: now. Asked when a request is ready, since who
   * asks and must wait is hungry. Never long: the answer may be another one soon.
   */
  long delay(long now);

  /**
   * Units by size that a request has at the most, so that a slow table is not sent in one batch
   * what it takes in seconds. A single larger item goes all the same.
   */
  int unitsPerRequest();

  /**
   * A request goes.
   *
   * @param units what its items cost by their size; what they cost more is learned from answers
   */
  Permit take(long now, int units);

  /** Of one request, from {@link #take} until its answer. */
  interface Permit {}

  /**
   * DynamoDB answered.
   *
   * @param latencyNanos from sending until the answer was there, measured in the client's thread: a
   *     busy task thread must not look like a slow table
   * @param consumed what it says the request cost; null if it does not say
   * @param unitsTaken by size, of the items it took
   * @param unitsRefused by size, of those left unprocessed that had not been held back before
   */
  void answered(
      Permit permit,
      long now,
      long latencyNanos,
      Consumed consumed,
      int unitsTaken,
      int unitsRefused);

  /**
   * DynamoDB refused the whole request as throttled.
   *
   * @param unitsRefused as of {@link #answered}
   */
  void throttled(Permit permit, long now, Refusal.Kind kind, int unitsRefused);

  /** DynamoDB refused the request for its content: that says nothing of its load. */
  void rejected(Permit permit, long now);

  /** Nothing came back, or a failure of the service. */
  void failed(Permit permit, long now);

  /** Whether the table is to be asked about itself now; true to one writer of this process only. */
  boolean isToDescribe(long now);

  /** The table was asked and answered. */
  void described(long now, TableDescription table);

  /**
   * The table was asked in vain.
   *
   * @param forbidden whether it need not be asked again soon
   */
  void notDescribed(long now, boolean forbidden);

  /** Units a second that this writer's process may take now, or -1 for as many as it can. */
  long unitsPerSecond();

  /** Items that are worth holding ready, so that a checkpoint and a newer row wait for little. */
  int itemsToHold();

  /** The writer ends; what it had goes to the others. */
  void leave();
}
