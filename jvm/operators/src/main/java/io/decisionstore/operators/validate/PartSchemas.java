package io.decisionstore.operators.validate;

import io.decisionstore.operators.plan.DecisionEventsPlan;
import io.decisionstore.operators.plan.RegisteredSchema;
import io.decisionstore.operators.registry.SchemaRegistry;
import io.decisionstore.operators.validate.PartContract.SchemaReference;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/** The payload schemas: those of the plan, and those registered since, looked up once each. */
final class PartSchemas {
  private final Map<SchemaReference, PayloadSchema> known = new HashMap<>();
  private final SchemaRegistry registry;

  PartSchemas(DecisionEventsPlan plan) {
    this.registry = new SchemaRegistry(plan.registryUrl());
    for (RegisteredSchema schema : plan.partSchemas()) {
      SchemaReference reference = new SchemaReference(schema.subject(), schema.version());
      known.put(reference, new PayloadSchema(schema.parsed()));
    }
  }

  /**
   * A schema.
   *
   * @throws InvalidPartException it was never registered
   */
  PayloadSchema get(SchemaReference reference) throws InvalidPartException {
    PayloadSchema schema = known.get(reference);
    if (schema == null) {
      schema = new PayloadSchema(registered(reference));
      known.put(reference, schema);
    }
    return schema;
  }

  private Schema registered(SchemaReference reference) throws InvalidPartException {
    String name = reference.subject() + ":" + reference.version();
    try {
      return registry
          .version(reference.subject(), reference.version())
          .orElseThrow(() -> new InvalidPartException("schema: there is no schema " + name));
    } catch (SchemaParseException foreign) {
      throw new InvalidPartException("schema: " + name + " is not Avro");
    }
  }
}
