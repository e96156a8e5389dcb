package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * DynamoDB's writes on the wire, AWS JSON 1.0. What is not about a table of the script's goes to
 * another endpoint.
 */
final class TablesEndpoint implements Endpoint {
  private static final String PREFIX = "DynamoDB_20120810.";
  private static final String AWS_JSON = "application/x-amz-json-1.0";
  private static final long SHORT_NANOS = 50_000_000L;
  private static final int READ_UNIT_BYTES = 4_096;

  private final ScriptedTables tables;
  private final Endpoint otherwise;

  TablesEndpoint(ScriptedTables tables, Endpoint otherwise) {
    this.tables = tables;
    this.otherwise = otherwise;
  }

  @Override
  public Answer answer(Request request, Bytes out) {
    String target = request.target();
    Operation operation =
        target.startsWith(PREFIX) ? named(target.substring(PREFIX.length())) : null;
    if (operation == null) {
      return otherwise.answer(request, out);
    }
    return switch (operation) {
      case BATCH_WRITE_ITEM -> batch(request, out);
      case DESCRIBE_TABLE -> describe(request, out);
      default -> item(operation, request, out);
    };
  }

  private static Operation named(String name) {
    for (Operation operation : Operation.values()) {
      if (operation.isOfTables() && operation.wireName().equals(name)) {
        return operation;
      }
    }
    return null;
  }

  private Answer batch(Request request, Bytes out) {
    WriteReader reader = new WriteReader(tables, request.body());
    WriteCall call;
    try {
      call = reader.batch();
    } catch (ServiceException invalid) {
      return refused(Operation.BATCH_WRITE_ITEM, reader.table(), invalid, request, out);
    }
    return write(call, request, out);
  }

  private Answer item(Operation operation, Request request, Bytes out) {
    ItemReader reader = new ItemReader(tables, request.body());
    WriteCall call;
    try {
      reader.open();
      if (operation == Operation.GET_ITEM) {
        return get(reader, request, out);
      }
      call = reader.write(operation);
    } catch (ServiceException invalid) {
      return refused(operation, reader.table(), invalid, request, out);
    }
    return write(call, request, out);
  }

  private Answer write(WriteCall call, Request request, Bytes out) {
    String table = call.writes().get(0).table().name();
    long latency = tables.faults().nanos(call.operation(), table);
    long sendAt = request.arrivedAt() + latency;
    WriteRun run = new WriteRun(call, request.body());
    String error = null;
    try {
      // Carried out half-way, as by a server whose network takes half the time each way. Nobody can
      // see the difference of some milliseconds, but to sleep twice costs twice the processor time.
      long early = latency <= SHORT_NANOS ? latency / 2 : 0;
      Pause.until(request.arrivedAt() + latency / 2 - early);
      FaultKind fault = strike(call.operation(), table);
      if (fault != FaultKind.CUT_UNWRITTEN) {
        Instant time = Instant.now();
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time) + early / 1_000;
        run.carryOut(tables.now() + early, micros, out);
      }
      error = fault == null ? null : fault.name();
      return new Answer(200, AWS_JSON, fault, sendAt);
    } catch (ServiceException refused) {
      error = refused.code();
      return error(refused, sendAt, out);
    } finally {
      Pause.until(sendAt);
      run.answered(tables.now(), error);
    }
  }

  private Answer get(ItemReader reader, Request request, Bytes out) {
    ItemKey key = reader.keyToGet();
    WriteTable table = reader.table();
    if (!table.storesItems()) {
      throw ServiceException.invalid("The scripted table stores no items");
    }
    long sendAt = request.arrivedAt() + tables.faults().nanos(Operation.GET_ITEM, table.name());
    FaultKind fault = strike(Operation.GET_ITEM, table.name());
    byte[] found = table.get(key);
    out.one('{');
    if (found != null) {
      out.ascii("\"Item\":").bytes(found);
    }
    if (!reader.consumed().equals("NONE")) {
      int bytes = Math.max(1, table.sizeOf(key));
      double units =
          (bytes + READ_UNIT_BYTES - 1) / READ_UNIT_BYTES * (reader.isConsistent() ? 1 : 0.5);
      out.ascii(found == null ? "" : ",").ascii("\"ConsumedCapacity\":{\"TableName\":\"");
      out.utf8(table.name()).ascii("\",\"CapacityUnits\":" + units + "}");
    }
    out.one('}');
    table.traffic().called(Operation.GET_ITEM, fault == null ? null : fault.name());
    return new Answer(200, AWS_JSON, fault, sendAt);
  }

  private Answer describe(Request request, Bytes out) {
    WriteTable table = null;
    try {
      table = tables.find(TableDescriptions.tableName(request.body()));
      if (table == null) {
        return otherwise.answer(request, out);
      }
      long sendAt =
          request.arrivedAt() + tables.faults().nanos(Operation.DESCRIBE_TABLE, table.name());
      FaultKind fault = strike(Operation.DESCRIBE_TABLE, table.name());
      out.utf8(TableDescriptions.of(table, tables.now()).toString());
      table.traffic().called(Operation.DESCRIBE_TABLE, fault == null ? null : fault.name());
      return new Answer(200, AWS_JSON, fault, sendAt);
    } catch (ServiceException refused) {
      return refused(Operation.DESCRIBE_TABLE, table, refused, request, out);
    }
  }

  /** What strikes on the way; a fault that is an answer is thrown. */
  private FaultKind strike(Operation operation, String table) {
    Faults.Strike strike = tables.faults().strike(operation, table);
    if (strike == null) {
      return null;
    }
    if (strike.kind().isError()) {
      throw strike.kind().exception();
    }
    return strike.kind();
  }

  private Answer refused(
      Operation operation, WriteTable table, ServiceException refused, Request request, Bytes out) {
    long sendAt = request.arrivedAt();
    if (table != null) {
      table.traffic().called(operation, refused.code());
      sendAt += tables.faults().nanos(operation, table.name());
    }
    return error(refused, sendAt, out);
  }

  private static Answer error(ServiceException refused, long sendAt, Bytes out) {
    out.clear();
    out.ascii("{\"__type\":\"").ascii(refused.type()).ascii("\",\"message\":\"");
    out.bytes(JsonStringEncoder.getInstance().quoteAsUTF8(refused.getMessage())).one('"');
    out.utf8(refused.more()).one('}');
    return new Answer(refused.status(), AWS_JSON, null, sendAt);
  }
}
