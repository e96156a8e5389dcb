package io.decisionstore.operators.steps;

import io.decisionstore.operators.avro.RowFields;
import io.decisionstore.operators.avro.RowTypes;
import io.decisionstore.operators.plan.DecisionEventsPlan;
import io.decisionstore.operators.plan.PlanField;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.Row;

/** Reads what steps see of an event, and packs the event itself. */
final class OpenEvents extends RichMapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final String plan;
  private final String[] reads;
  private transient RowFields fields;
  private transient int[] positions;
  private transient TypeSerializer<Row> events;
  private transient DataOutputSerializer bytes;

  OpenEvents(String plan, String[] reads) {
    this.plan = plan;
    this.reads = reads;
  }

  @Override
  public void open(OpenContext context) {
    DecisionEventsPlan parsed = DecisionEventsPlan.read(plan);
    Schema schema = parsed.eventSchema().parsed();
    fields = new RowFields(schema, parsed.fields());
    List<String> names = parsed.fields().stream().map(PlanField::name).toList();
    positions = new int[reads.length];
    for (int read = 0; read < reads.length; read++) {
      positions[read] = names.indexOf(reads[read]);
    }
    events = RowTypes.of(schema).createSerializer(new SerializerConfigImpl());
    bytes = new DataOutputSerializer(1024);
  }

  @Override
  public Row map(Row event) throws IOException {
    Object[] all = fields.of(event);
    Row read = new Row(positions.length);
    for (int position = 0; position < positions.length; position++) {
      read.setField(position, all[positions[position]]);
    }
    bytes.clear();
    events.serialize(event, bytes);
    return Row.of(bytes.getCopyOfBuffer(), read, new HashMap<>(), new HashMap<>());
  }
}
