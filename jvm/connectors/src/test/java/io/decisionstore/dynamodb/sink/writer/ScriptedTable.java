package io.decisionstore.dynamodb.sink.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.sink.client.Refusal;
import io.decisionstore.dynamodb.sink.client.Refusal.Kind;
import io.decisionstore.dynamodb.sink.client.TableClient;
import io.decisionstore.dynamodb.sink.client.TableDescription;
import io.decisionstore.dynamodb.sink.client.WriteFailure;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.item.ItemKey;
import io.decisionstore.dynamodb.sink.item.ItemWrite;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
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
    Reply reply(List<ItemWrite> writes);
  }

  /**
   * A reply.
   *
   * @param after ms until it comes
   * @param unprocessed writes of the request that are not done
   * @param failure what comes instead of an answer, or null
   * @param writtenAfter ms until the others are done; negative: they are not
   */
  record Reply(long after, List<ItemWrite> unprocessed, Kind failure, long writtenAfter) {
    static Reply taken(long after) {
      return new Reply(after, List.of(), null, after / 2);
    }

    static Reply leaving(long after, List<ItemWrite> unprocessed) {
      return new Reply(after, unprocessed, null, after / 2);
    }

    static Reply failed(long after, Kind kind) {
      return new Reply(after, List.of(), kind, -1);
    }

    static Reply failedYetWritten(long after, long writtenAfter) {
      return new Reply(after, List.of(), Kind.UNAVAILABLE, writtenAfter);
    }
  }

  /** An item as the table has it. */
  static final class Stored {
    long version;

    /** The whole of a put. */
    String item;

    final Map<String, String> set = new HashMap<>();
    final Map<String, BigDecimal> added = new HashMap<>();
  }

  final Map<ItemKey, Stored> items = new HashMap<>();
  final List<List<ItemWrite>> requests = new ArrayList<>();
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
  public CompletableFuture<Answer> write(List<ItemWrite> writes) {
    requests.add(writes);
    assertThat(writes).hasSizeBetween(1, config.itemsPerRequest());
    assertThat(++open).isLessThanOrEqualTo(config.limits().inFlightRequests());
    for (ItemWrite write : writes) {
      assertThat(beingWritten.add(write.key())).as("one write a key at a time").isTrue();
    }
    Reply reply = script.reply(writes);
    int during = life;
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    boolean[] stale = {false};
    if (reply.writtenAfter() >= 0) {
      task.after(
          reply.writtenAfter(),
          () -> {
            if (during == life) {
              writes.stream()
                  .filter(write -> !reply.unprocessed().contains(write))
                  .forEach(write -> stale[0] |= !apply(write));
            }
          });
    }
    task.after(
        Math.max(reply.after(), reply.writtenAfter()),
        () -> {
          if (during == life) {
            writes.forEach(write -> beingWritten.remove(write.key()));
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
            answer.complete(new Answer(reply.unprocessed(), stale[0], null));
          } else {
            String reason = "the script says " + reply.failure();
            answer.completeExceptionally(
                new WriteFailure(new Refusal(reply.failure(), reason, null)));
          }
        });
    return answer;
  }

  /** False if the table has it newer. */
  private boolean apply(ItemWrite write) {
    Stored there = items.get(write.key());
    if (config.mode().comparesVersions() && there != null && there.version >= write.version()) {
      return false;
    }
    if (write instanceof ItemWrite.Delete) {
      items.remove(write.key());
      return true;
    }
    Stored stored = items.computeIfAbsent(write.key(), key -> new Stored());
    stored.version = write.version();
    if (write instanceof ItemWrite.Put put) {
      stored.item = text(put.item());
    } else if (write instanceof ItemWrite.Update update) {
      update.set().forEach((name, value) -> stored.set.put(name, text(value)));
      update
          .add()
          .forEach(
              (name, addend) ->
                  stored.added.merge(
                      name, ((ItemWrite.NumberAddend) addend).number(), BigDecimal::add));
    }
    return true;
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  @Override
  public CompletableFuture<TableDescription> describe() {
    return CompletableFuture.failedFuture(
        new WriteFailure(new Refusal(Kind.FORBIDDEN, "the script says no", null)));
  }

  @Override
  public void close() {}
}
