package io.decisionstore.dynamodb.sink.rejected;

import io.decisionstore.dynamodb.sink.item.RejectedRow;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * The first rejected row fails the job: the default. For good, since the same row would come again
 * after a restart, and fail it again, for ever.
 *
 * @param where the table and its place, as {@link
 *     io.decisionstore.dynamodb.sink.config.SinkConfig#where} tells
 */
public record FailingRejections(String where) implements Rejections {

  @Override
  public void reject(RejectedRow row) {
    String sentence =
        "%s cannot be written to the table %s: %s. Correct it, or give the sink a place for such rows: set_on_rejected(dead_letters(...))."
            .formatted(
                row.key() == null ? "A row without a key" : "The item " + row.key(),
                where,
                row.reason());
    throw new SuppressRestartsException(new IllegalStateException(sentence));
  }
}
