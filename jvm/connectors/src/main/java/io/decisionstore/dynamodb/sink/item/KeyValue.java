package io.decisionstore.dynamodb.sink.item;

/**
 * A value of a key; equal for equal numbers, however they were written.
 *
 * @param type S, N or B
 * @param text the string, the number as the shortest plain decimal, or the bytes in base64
 */
public record KeyValue(char type, String text) {}
