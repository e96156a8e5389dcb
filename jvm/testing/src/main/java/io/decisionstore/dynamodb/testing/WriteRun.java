package io.decisionstore.dynamodb.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One request to write, from its arrival to its answer. */
final class WriteRun {
  private final WriteCall call;
  private final byte[] body;
  private final StoredItem[] stored;
  private final Map<WriteTable, WriteTally> tallies = new LinkedHashMap<>();

  /** The request has arrived: from now on no other is to come for its keys. */
  WriteRun(WriteCall call, byte[] body) {
    this.call = call;
    this.body = body;
    this.stored = new StoredItem[call.writes().size()];
    for (int i = 0; i < stored.length; i++) {
      Write write = call.writes().get(i);
      WriteTally tally = tally(write.table());
      stored[i] = write.table().stored(write.key());
      synchronized (stored[i]) {
        tally.overlapping += stored[i].unanswered++ > 0 ? 1 : 0;
      }
    }
  }

  /** Carries the writes out and writes the answer. */
  void carryOut(long now, long micros, Bytes out) {
    List<Write> writes = call.writes();
    WriteTable.Outcome[] outcomes = new WriteTable.Outcome[writes.size()];
    boolean batch = call.operation() == Operation.BATCH_WRITE_ITEM;
    int refused = 0;
    int firstRefused = -1;
    for (int i = 0; i < outcomes.length; i++) {
      Write write = writes.get(i);
      WriteTally tally = tally(write.table());
      if (batch && write.table().leavesNextUnprocessed()) {
        tally.refusedByShare++;
        continue;
      }
      outcomes[i] = write.table().write(write, stored[i], body, now, micros, tally);
      if (outcomes[i].throttle() != null) {
        refused++;
        firstRefused = firstRefused < 0 ? i : firstRefused;
      }
    }
    if (refused == outcomes.length) {
      throw throttled(writes.get(firstRefused).table(), outcomes[firstRefused]);
    }
    if (batch) {
      answerBatch(outcomes, out);
    } else {
      answerItem(outcomes[0], out);
    }
  }

  /** The answer goes out: its keys may come again. Counts what became of the request. */
  void answered(long now, String error) {
    for (StoredItem item : stored) {
      synchronized (item) {
        item.unanswered--;
      }
    }
    tallies.forEach(
        (table, tally) -> {
          table.traffic().called(call.operation(), error);
          table.traffic().add(tally, now);
        });
  }

  private WriteTally tally(WriteTable table) {
    WriteTally found = tallies.get(table);
    if (found == null) {
      found =
          new WriteTally(call.operation(), call.writes().size(), table.schema().indexes().size());
      tallies.put(table, found);
    }
    return found;
  }

  private static ServiceException throttled(WriteTable table, WriteTable.Outcome outcome) {
    String resource =
        outcome.lackingIndex() < 0
            ? table.arn()
            : table.arn() + "/index/" + table.schema().indexes().get(outcome.lackingIndex()).name();
    return outcome.throttle().exception(table.capacity().mode().provisioned(), resource);
  }

  private void answerBatch(WriteTable.Outcome[] outcomes, Bytes out) {
    out.ascii("{\"UnprocessedItems\":{");
    boolean firstTable = true;
    for (WriteTable table : tallies.keySet()) {
      boolean first = true;
      for (int i = 0; i < outcomes.length; i++) {
        Write write = call.writes().get(i);
        boolean back = outcomes[i] == null || outcomes[i].throttle() != null;
        if (!back || write.table() != table) {
          continue;
        }
        if (first) {
          out.ascii(firstTable ? "\"" : ",\"").utf8(table.name()).ascii("\":[");
        } else {
          out.one(',');
        }
        out.bytes(body, write.from(), write.to());
        first = false;
        firstTable = false;
      }
      if (!first) {
        out.one(']');
      }
    }
    out.one('}');
    if (!call.consumed().equals("NONE")) {
      out.ascii(",\"ConsumedCapacity\":[");
      String separator = "";
      for (Map.Entry<WriteTable, WriteTally> each : tallies.entrySet()) {
        out.ascii(separator);
        consumed(each.getKey(), each.getValue(), out);
        separator = ",";
      }
      out.one(']');
    }
    out.one('}');
  }

  private void answerItem(WriteTable.Outcome outcome, Bytes out) {
    if (outcome.conditionFailed()) {
      boolean shown = call.returnsOnFailure() && outcome.old() != null;
      String item =
          shown
              ? ",\"Item\":" + new String(outcome.old(), java.nio.charset.StandardCharsets.UTF_8)
              : "";
      throw new ServiceException(
          "ConditionalCheckFailedException", 400, "The conditional request failed", item);
    }
    byte[] attributes = call.returns().equals("ALL_NEW") ? outcome.now() : outcome.old();
    String separator = "";
    out.one('{');
    if (!call.returns().equals("NONE") && attributes != null) {
      out.ascii("\"Attributes\":").bytes(attributes);
      separator = ",";
    }
    if (!call.consumed().equals("NONE")) {
      out.ascii(separator).ascii("\"ConsumedCapacity\":");
      tallies.forEach((table, tally) -> consumed(table, tally, out));
    }
    out.one('}');
  }

  private void consumed(WriteTable table, WriteTally tally, Bytes out) {
    double all = tally.spent() + tally.spentOnIndexes();
    out.ascii("{\"TableName\":\"").utf8(table.name()).ascii("\",\"CapacityUnits\":");
    out.ascii(Double.toString(all));
    if (call.consumed().equals("INDEXES")) {
      out.ascii(",\"Table\":{\"CapacityUnits\":").ascii(Double.toString(tally.spent())).one('}');
      String separator = ",\"GlobalSecondaryIndexes\":{\"";
      for (int i = 0; i < tally.indexUnits.length; i++) {
        if (tally.indexUnits[i] > 0) {
          out.ascii(separator).utf8(table.schema().indexes().get(i).name());
          out.ascii("\":{\"CapacityUnits\":").ascii(Double.toString(tally.indexUnits[i])).one('}');
          separator = ",\"";
        }
      }
      out.ascii(separator.equals(",\"") ? "}" : "");
    }
    out.one('}');
  }
}
