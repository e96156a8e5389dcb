package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.item.ItemWrite;

/** Where writes go that DynamoDB never takes. */
interface Rejections {

  /**
   * DynamoDB rejects it for its content.
   *
   * @param reason a short sentence without a full stop
   */
  void rejected(ItemWrite write, String reason);
}
