package io.decisionstore.operators.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Reads plans: what Python declared ({@code decision_store/model/plan.py}), as JSON.
 *
 * <p>Operators keep the text, which is serializable, and read it where they run.
 */
public final class Plans {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private Plans() {}

  /**
   * A plan as a record.
   *
   * @throws IllegalArgumentException the text is not a plan of this kind
   */
  public static <T> T read(String plan, Class<T> kind) {
    try {
      return JSON.readValue(plan, kind);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException(
          "The plan is not a %s: %s. Build it with decision_store.flow of the same release as the jar."
              .formatted(kind.getSimpleName(), broken.getOriginalMessage()),
          broken);
    }
  }
}
