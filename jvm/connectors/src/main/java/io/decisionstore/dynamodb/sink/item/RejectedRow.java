package io.decisionstore.dynamodb.sink.item;

/**
 * A row that can never be written.
 *
 * @param table where it was to go
 * @param key of its item, as {@link ItemKey#describe} tells; null if the row has none
 * @param reason a short sentence without a full stop
 * @param row the row as JSON: its fields, or the item's attributes if it was refused by DynamoDB
 * @param rejectedAt epoch milliseconds
 */
public record RejectedRow(String table, String key, String reason, String row, long rejectedAt) {}
