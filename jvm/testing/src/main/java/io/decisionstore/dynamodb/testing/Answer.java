package io.decisionstore.dynamodb.testing;

/**
 * How the bytes that were written as a response's body are to be sent.
 *
 * @param status of HTTP
 * @param contentType of the body
 * @param fault what happens to them on the way, or null
 * @param sendAt System.nanoTime() before which they do not leave
 */
record Answer(int status, String contentType, FaultKind fault, long sendAt) {}
