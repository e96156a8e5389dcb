package io.decisionstore.dynamodb.testing;

/**
 * A write of one item, as it was asked for.
 *
 * @param put the new item; null for a deletion and an update
 * @param update null for a deletion and a put
 * @param condition null: none
 * @param from where the request to write begins in the body, for its return as unprocessed
 * @param to where it ends
 */
record Write(
    WriteTable table,
    ItemKey key,
    ItemScan put,
    UpdateExpression update,
    byte[] keyJson,
    Condition condition,
    int from,
    int to) {}
