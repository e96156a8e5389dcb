package io.decisionstore.operators.variables;

import com.fasterxml.jackson.databind.JsonNode;
import io.decisionstore.operators.avro.WireFormat;
import io.decisionstore.operators.plan.PlanField;
import io.decisionstore.operators.plan.VariablesPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Decision events in the wire format, from the fields a plan reads; what it does not is filler. */
final class EventBytes {
  private final VariablesPlan plan;
  private final Schema schema;

  EventBytes(VariablesPlan plan) {
    this.plan = plan;
    schema = plan.eventSchema().parsed();
  }

  /** Of a vector's step: its revision, and the fields by name. */
  byte[] of(JsonNode step) {
    GenericRecord event = filled(schema);
    event.put("revision", step.get("revision").asInt());
    for (PlanField field : plan.fields()) {
      if (field.path() != null) {
        put(event, field.path().split("\\."), step.get("fields").get(field.name()));
      }
    }
    return bytes(event);
  }

  private static void put(GenericRecord event, String[] path, JsonNode value) {
    GenericRecord record = event;
    for (int step = 0; step < path.length - 1; step++) {
      record = (GenericRecord) record.get(path[step]);
    }
    String name = path[path.length - 1];
    record.put(name, avro(value, record.getSchema().getField(name).schema()));
  }

  private static Object avro(JsonNode value, Schema schema) {
    if (value == null || value.isNull()) {
      return null;
    }
    return switch (branch(schema).getType()) {
      case STRING -> value.asText();
      case INT -> value.asInt();
      case LONG -> value.asLong();
      case DOUBLE -> value.asDouble();
      case BOOLEAN -> value.asBoolean();
      case ENUM -> new GenericData.EnumSymbol(branch(schema), value.asText());
      default -> throw new IllegalArgumentException("No field is a " + schema);
    };
  }

  private static Schema branch(Schema schema) {
    return schema.getType() == Schema.Type.UNION
        ? schema.getTypes().stream()
            .filter(one -> one.getType() != Schema.Type.NULL)
            .findFirst()
            .orElseThrow()
        : schema;
  }

  private static GenericRecord filled(Schema schema) {
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      record.put(field.pos(), filler(field.schema()));
    }
    return record;
  }

  private static Object filler(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> filled(schema);
      case STRING -> "";
      case INT -> 0;
      case LONG -> 0L;
      case DOUBLE -> 0.0;
      case BOOLEAN -> false;
      case ARRAY -> List.of();
      case MAP -> Map.of();
      case ENUM -> new GenericData.EnumSymbol(schema, schema.getEnumSymbols().get(0));
      case UNION ->
          schema.getTypes().stream().anyMatch(one -> one.getType() == Schema.Type.NULL)
              ? null
              : filler(schema.getTypes().get(0));
      default -> throw new IllegalArgumentException("No event has a " + schema);
    };
  }

  private byte[] bytes(GenericRecord event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      out.write(WireFormat.header(plan.eventSchema().id()));
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<>(schema).write(event, encoder);
      encoder.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }
}
