/**
 * A DynamoDB and DynamoDB Streams that tests and benchmarks direct.
 *
 * <p>{@link io.decisionstore.dynamodb.testing.ScriptedStreams} is the whole of it in memory:
 * tables, shards, time, faults, and the operations that readers call. {@link
 * io.decisionstore.dynamodb.testing.ScriptedServer} puts it on HTTP, where any SDK reads it; {@link
 * io.decisionstore.dynamodb.testing.Main} is that as a process, which the Python package {@code
 * flink_dynamodb.testing} starts and directs.
 *
 * <pre>{@code
 * ScriptedStreams streams = new ScriptedStreams();
 * StreamedTable orders = streams.createTable("orders", 0);
 * orders.openShard("a", null);
 * orders.put(Map.of("id", "1", "amount", 3), "a");
 * streams.clock().freeze();
 * streams.faults().fail(Operation.GET_RECORDS, "a", FaultKind.THROTTLED, 0, 3);
 *
 * String iterator = streams.getShardIterator(orders.streamArn(), "a", "TRIM_HORIZON", null);
 * RecordsPage page = streams.getRecords(iterator, null); // throws ServiceException, three times
 * page.records(); // each record's JSON, as it goes over the wire
 * }</pre>
 *
 * <p>Names say what they are of. What reads streams is called so ({@code ScriptedStreams}, {@code
 * StreamsEndpoint}); beside it {@code ScriptedTables} and {@code TablesEndpoint} take writes, with
 * the capacity a test gives them, on the same server.
 */
package io.decisionstore.dynamodb.testing;
