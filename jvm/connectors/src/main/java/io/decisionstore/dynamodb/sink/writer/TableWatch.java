package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.capacity.CapacityShare;
import io.decisionstore.dynamodb.sink.client.Refusal;
import io.decisionstore.dynamodb.sink.client.TableClient;

/** Asks the table for its capacity when that is due, beside the writes. */
final class TableWatch {
  private final TableClient client;
  private final TaskThread task;
  private final CapacityShare share;
  private final Runnable changed;
  private boolean closed;

  /**
   * @param changed runs when the table has answered
   */
  TableWatch(TableClient client, TaskThread task, CapacityShare share, Runnable changed) {
    this.client = client;
    this.task = task;
    this.share = share;
    this.changed = changed;
  }

  void lookIfDue() {
    if (share.isToDescribe(task.now())) {
      client
          .describe()
          .whenComplete(
              (table, failure) ->
                  task.execute(
                      () -> {
                        if (closed) {
                          return;
                        }
                        if (failure == null) {
                          share.described(task.now(), table);
                        } else {
                          boolean forbidden = Refusal.of(failure).kind() == Refusal.Kind.FORBIDDEN;
                          share.notDescribed(task.now(), forbidden);
                        }
                        changed.run();
                      }));
    }
  }

  void close() {
    closed = true;
  }
}
