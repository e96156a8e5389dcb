package io.decisionstore.dynamodb.sink.writer;

import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;

/** A task's thread, by its mailbox and its timers. */
record FlinkTaskThread(MailboxExecutor mailbox, ProcessingTimeService timers)
    implements TaskThread {

  @Override
  public long now() {
    return nanos() / 1_000_000;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void after(long millis, Runnable action) {
    timers.registerTimer(timers.getCurrentProcessingTime() + millis, time -> action.run());
  }

  @Override
  public void execute(Runnable action) {
    mailbox.execute(action::run, "DynamoDB sink");
  }

  @Override
  public void await() throws InterruptedException {
    mailbox.yield();
  }
}
