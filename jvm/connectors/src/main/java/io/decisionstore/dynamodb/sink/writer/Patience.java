package io.decisionstore.dynamodb.sink.writer;

/** How long what is ready waits for more to fill a request. */
final class Patience {
  private final TaskThread task;
  private final long millis;
  private final Runnable over;
  private boolean waiting;
  private boolean timerSet;
  private long since;

  /**
   * @param over runs when it may be over
   */
  Patience(TaskThread task, long millis, Runnable over) {
    this.task = task;
    this.millis = millis;
    this.over = over;
  }

  /** Something is ready, or nothing. */
  void waits(boolean something) {
    if (something && !waiting) {
      since = task.now();
    }
    waiting = something;
    if (waiting && !timerSet && !isOver()) {
      timerSet = true;
      task.after(
          since + millis - task.now(),
          () -> {
            timerSet = false;
            over.run();
          });
    }
  }

  /** A request goes; what is left waits from now on. */
  void begin() {
    since = task.now();
  }

  boolean isOver() {
    return waiting && task.now() - since >= millis;
  }
}
