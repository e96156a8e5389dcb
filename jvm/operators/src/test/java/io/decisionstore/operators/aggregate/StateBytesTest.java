package io.decisionstore.operators.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decisionstore.operators.Vectors;
import io.decisionstore.operators.expression.ValueType;
import io.decisionstore.operators.plan.Aggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written of a variable is about what {@code decisions check} estimates. */
class StateBytesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long NOW = 1_796_000_000_000L;
  private static final long HOUR = 3_600_000L;

  /** The id and the length before it. */
  private static final int FRAME = 6;

  private static final double TOLERANCE = 0.3;

  static Stream<JsonNode> vectors() {
    return Vectors.read("state_bytes");
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void aVariableHasAboutTheEstimatedBytes(JsonNode vector) {
    vector
        .get("bytes")
        .fields()
        .forEachRemaining(
            estimate -> {
              int bytes = bytes(vector, Integer.parseInt(estimate.getKey()));
              double expected = estimate.getValue().asDouble();
              String what = vector.get("name").asText() + " of " + estimate.getKey() + " decisions";
              assertThat((double) bytes).as(what).isLessThan(10 + expected * (1 + TOLERANCE));
              if (!vector.get("at_most").asBoolean()) {
                assertThat((double) bytes).as(what).isGreaterThan(expected * (1 - TOLERANCE) - 10);
              }
            });
  }

  private static int bytes(JsonNode vector, int decisions) {
    List<ValueType> types = new ArrayList<>();
    vector.get("arguments").forEach(type -> types.add(JSON.convertValue(type, ValueType.class)));
    Definition definition = definition(vector, types);
    AccumulatorTest.Entries overflow = new AccumulatorTest.Entries();
    Accumulator accumulator = Accumulator.of(definition);
    Random random = new Random(1);
    for (int number = 0; number < decisions; number++) {
      ByteWriter arguments = new ByteWriter();
      for (ValueType type : types) {
        if (definition.aggregate() == Aggregate.DISTINCT) {
          arguments.eightBytes(Arguments.hash("policy@" + number));
        } else {
          Arguments.write(arguments, value(type, random));
        }
      }
      accumulator.add(
          definition,
          new Accumulator.Decision(
              NOW - (decisions - 1 - number) * HOUR,
              new UUID(random.nextLong(), random.nextLong()).toString()),
          new ByteReader(arguments.copy()),
          NOW,
          overflow);
    }
    ByteWriter written = new ByteWriter();
    accumulator.write(written);
    int apart = vector.get("key_bytes_apart").asInt() + Integer.BYTES;
    return FRAME
        + written.length()
        + overflow.entries.entrySet().stream()
            .mapToInt(entry -> entry.getKey().size() + entry.getValue().length + apart)
            .sum();
  }

  private static Definition definition(JsonNode vector, List<ValueType> types) {
    JsonNode window = vector.get("window_ms");
    Long windowMs = window.isNull() ? null : Long.valueOf(window.asLong());
    Aggregate aggregate = JSON.convertValue(vector.get("aggregate"), Aggregate.class);
    List<String> names = types.size() < 2 ? List.of("v") : List.of("v__one", "v__two");
    return new Definition(
        7,
        aggregate,
        vector.get("limit").asInt(),
        new Hops(windowMs, vector.get("hop_ms").asLong()),
        types.isEmpty() ? ValueType.LONG : types.get(0),
        names,
        90 * 24 * HOUR);
  }

  private static Object value(ValueType type, Random random) {
    return switch (type) {
      case STRING -> List.of("APPROVED", "DECLINED", "REFERRED").get(random.nextInt(3));
      case DOUBLE -> random.nextInt(100_000) / 100.0;
      case LONG -> NOW - random.nextInt(100_000);
      case BOOLEAN -> random.nextBoolean();
    };
  }
}
