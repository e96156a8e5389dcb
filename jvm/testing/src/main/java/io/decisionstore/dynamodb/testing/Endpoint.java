package io.decisionstore.dynamodb.testing;

/** Something that answers requests. */
interface Endpoint {
  /**
   * Answers; may wait, since every connection has a thread of its own.
   *
   * @param out takes the body
   */
  Answer answer(Request request, Bytes out);
}
