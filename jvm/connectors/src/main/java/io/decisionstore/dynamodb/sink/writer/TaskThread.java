package io.decisionstore.dynamodb.sink.writer;

/** The one thread that owns a writer: Flink's task thread with its mailbox. */
interface TaskThread {

  /**
   * Milliseconds of a clock that only goes forward, the same in all tasks of a process: with the
   * time of day, a machine whose clock is set back would not write until it has caught up.
   */
  long now();

  /** The same in nanoseconds; callable from any thread. */
  long nanos();

  /** Runs the action in this thread later. */
  void after(long millis, Runnable action);

  /** Runs the action in this thread; callable from any. */
  void execute(Runnable action);

  /** Runs one action that is due, waiting until there is one. */
  void await() throws InterruptedException;
}
