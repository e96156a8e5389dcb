package io.decisionstore.operators.archive;

import io.decisionstore.operators.avro.EventDecoder;
import io.decisionstore.operators.avro.UnreadableEventException;
import java.util.List;
import java.util.Locale;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/** Events of a decision to its items in table {@code decisions}, each once. */
final class PartsOfEvents extends KeyedProcessFunction<String, Row, Row> {
  /** The attributes of an item; {@code requested_at} on requests only, {@code name} on checks. */
  static final TypeInformation<Row> PARTS =
      Types.ROW_NAMED(
          new String[] {
            "decision_id",
            "part_revision",
            "part",
            "name",
            "revision",
            "customer_id",
            "event_time",
            "schema",
            "payload",
            "requested_at"
          },
          Types.STRING,
          Types.STRING,
          Types.STRING,
          Types.STRING,
          Types.LONG,
          Types.STRING,
          Types.LONG,
          Types.STRING,
          Types.STRING,
          Types.LONG);

  private static final long serialVersionUID = 1L;

  private final String plan;
  private transient EventDecoder decoder;
  private transient MapState<String, Boolean> sent;

  PartsOfEvents(String plan) {
    this.plan = plan;
  }

  @Override
  public void open(OpenContext context) {
    decoder = DecodeEvent.decoder(plan);
    sent =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("replayed-parts", Types.STRING, Types.BOOLEAN));
  }

  @Override
  public void processElement(Row row, Context context, Collector<Row> out) throws Exception {
    GenericRecord event = decode(row);
    for (Object part : (List<?>) event.get("parts")) {
      Row item = item(event, (GenericRecord) part);
      String partRevision = (String) item.getField(1);
      if (!sent.contains(partRevision)) {
        sent.put(partRevision, true);
        out.collect(item);
      }
    }
  }

  private GenericRecord decode(Row row) {
    try {
      return decoder.decode((byte[]) row.getField(ArchiveRows.VALUE));
    } catch (UnreadableEventException impossible) {
      throw new IllegalStateException(impossible); // it was encoded by the source of this job
    }
  }

  private static Row item(GenericRecord event, GenericRecord part) {
    String kind = part.get("part").toString();
    String name = part.get("name") == null ? null : part.get("name").toString();
    int revision = (Integer) part.get("revision");
    String label = name == null ? kind : kind + "#" + name;
    return Row.of(
        event.get("decision_id").toString(),
        String.format(Locale.ROOT, "%s#%06d", label, revision),
        kind,
        name,
        (long) revision,
        event.get("customer_id").toString(),
        part.get("event_time"),
        part.get("schema").toString(),
        part.get("payload").toString(),
        kind.equals("request") ? part.get("event_time") : null);
  }
}
