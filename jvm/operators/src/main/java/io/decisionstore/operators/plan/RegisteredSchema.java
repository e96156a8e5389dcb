package io.decisionstore.operators.plan;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.avro.Schema;

/**
 * A schema as the registry knows it.
 *
 * @param subject for example {@code check-credit}
 * @param version within the subject
 * @param id the registry's global id, as it stands in the wire format
 * @param schema the .avsc
 */
public record RegisteredSchema(String subject, int version, int id, JsonNode schema) {

  /** The schema, parsed. */
  public Schema parsed() {
    return new Schema.Parser().parse(schema.toString());
  }
}
