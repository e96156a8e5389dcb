package io.decisionstore.dynamodb.source.reader;

/** The fetcher's time, and its waiting: tests put a simulated one in its place. */
interface ReaderClock {

  /** Epoch milliseconds. */
  long now();

  /** Waits until a moment, a {@link #signal} or a {@link #wakeUp}; at once if there was one. */
  void await(long until);

  /** Something has arrived. */
  void signal();

  /** The fetcher shall return. */
  void wakeUp();

  /** Whether the fetcher shall return; asking takes the request back. */
  boolean takeWakeUp();

  /** The machine's time. */
  final class System implements ReaderClock {
    private boolean signalled;
    private boolean wokenUp;

    @Override
    public long now() {
      return java.lang.System.currentTimeMillis();
    }

    @Override
    public synchronized void await(long until) {
      long wait = until - now();
      if (!signalled && !wokenUp && wait > 0) {
        try {
          wait(wait);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          wokenUp = true;
        }
      }
      signalled = false;
    }

    @Override
    public synchronized void signal() {
      signalled = true;
      notifyAll();
    }

    @Override
    public synchronized void wakeUp() {
      wokenUp = true;
      notifyAll();
    }

    @Override
    public synchronized boolean takeWakeUp() {
      boolean woken = wokenUp;
      wokenUp = false;
      return woken;
    }
  }
}
