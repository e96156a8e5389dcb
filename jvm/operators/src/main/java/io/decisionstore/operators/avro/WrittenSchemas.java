package io.decisionstore.operators.avro;

import io.decisionstore.operators.registry.SchemaRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/** The schemas events were written with, by the id in the wire format; each is asked for once. */
final class WrittenSchemas {
  private final SchemaRegistry registry;
  private final Map<Integer, Schema> known = new HashMap<>();

  /** Of the registry, but for one schema that is known. */
  WrittenSchemas(int id, Schema schema, SchemaRegistry registry) {
    this.registry = registry;
    known.put(id, schema);
  }

  /**
   * The schema with an id.
   *
   * @throws UnreadableEventException there is none
   * @throws RegistryUnavailableException by {@link SchemaRegistry}: it cannot be known now
   */
  Schema of(int id) throws UnreadableEventException {
    Schema schema = known.get(id);
    if (schema == null) {
      schema = asked(id);
      known.put(id, schema);
    }
    return schema;
  }

  private Schema asked(int id) throws UnreadableEventException {
    Optional<Schema> written;
    try {
      written = registry.byId(id);
    } catch (SchemaParseException foreign) {
      throw new UnreadableEventException("the schema with id " + id + " is not Avro", foreign);
    }
    return written.orElseThrow(
        () -> new UnreadableEventException("there is no schema with id " + id));
  }
}
