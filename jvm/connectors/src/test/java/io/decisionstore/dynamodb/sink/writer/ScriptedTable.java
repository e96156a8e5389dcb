package io.decisionstore.dynamodb.sink.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.TableClient;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A table in virtual time, which answers as a script says and checks what DynamoDB demands. */
final class ScriptedTable implements TableClient {

  /** What the table makes of a request. */
  @FunctionalInterface
  interface Script {
    Reply reply(List<Item> items);
  }

  /**
   * A reply.
   *
   * @param after ms until it comes
   * @param unprocessed items of the request that are not written
   * @param failure what comes instead of an answer, or null
   * @param writtenAfter ms until the others are written; negative: they are not
   */
  record Reply(long after, List<Item> unprocessed, Verdict failure, long writtenAfter) {
    static Reply taken(long after) {
      return new Reply(after, List.of(), null, after / 2);
    }

    static Reply leaving(long after, List<Item> unprocessed) {
      return new Reply(after, unprocessed, null, after / 2);
    }

    static Reply failed(long after, Verdict verdict) {
      return new Reply(after, List.of(), verdict, -1);
    }

    static Reply failedYetWritten(long after, long writtenAfter) {
      return new Reply(after, List.of(), Verdict.UNAVAILABLE, writtenAfter);
    }
  }

  private static final class Refusal extends RuntimeException {
    private final Verdict verdict;

    private Refusal(Verdict verdict) {
      super("the script says " + verdict);
      this.verdict = verdict;
    }
  }

  final Map<ItemKey, Item> items = new HashMap<>();
  final List<List<Item>> requests = new ArrayList<>();
  private final SinkConfig config;
  private final SimulatedTask task;
  private final Script script;
  private final Set<ItemKey> beingWritten = new HashSet<>();
  private int open;
  private int life;

  ScriptedTable(SinkConfig config, SimulatedTask task, Script script) {
    this.config = config;
    this.task = task;
    this.script = script;
  }

  /** The writer is gone; what is still open is neither written nor answered. */
  void disconnect() {
    life++;
    open = 0;
    beingWritten.clear();
  }

  @Override
  public CompletableFuture<Answer> write(List<Item> batch) {
    requests.add(batch);
    assertThat(batch).hasSizeBetween(1, config.itemsPerRequest());
    assertThat(++open).isLessThanOrEqualTo(config.limits().inFlightRequests());
    for (Item item : batch) {
      assertThat(beingWritten.add(item.key())).as("one write a key at a time").isTrue();
    }
    Reply reply = script.reply(batch);
    int during = life;
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    int[] stale = {0};
    if (reply.writtenAfter() >= 0) {
      task.after(
          reply.writtenAfter(),
          () -> {
            if (during == life) {
              batch.stream()
                  .filter(item -> !reply.unprocessed().contains(item))
                  .forEach(item -> stale[0] += put(item) ? 0 : 1);
            }
          });
    }
    task.after(
        Math.max(reply.after(), reply.writtenAfter()),
        () -> {
          if (during == life) {
            batch.forEach(item -> beingWritten.remove(item.key()));
          }
        });
    task.after(
        reply.after(),
        () -> {
          if (during != life) {
            return;
          }
          open--;
          if (reply.failure() == null) {
            answer.complete(new Answer(reply.unprocessed(), stale[0]));
          } else {
            answer.completeExceptionally(new Refusal(reply.failure()));
          }
        });
    return answer;
  }

  private boolean put(Item item) {
    Item there = items.get(item.key());
    boolean writes =
        !config.mode().comparesVersions() || there == null || there.version() < item.version();
    if (writes) {
      items.put(item.key(), item);
    }
    return writes;
  }

  @Override
  public void check() {}

  @Override
  public Verdict judge(Throwable failure) {
    return ((Refusal) failure).verdict;
  }

  @Override
  public String explain(Throwable failure) {
    return "The table t cannot be written: " + reason(failure) + ".";
  }

  @Override
  public String reason(Throwable failure) {
    return failure.getMessage();
  }

  @Override
  public void close() {}
}
