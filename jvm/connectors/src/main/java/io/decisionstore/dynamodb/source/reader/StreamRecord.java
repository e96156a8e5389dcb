package io.decisionstore.dynamodb.source.reader;

import software.amazon.awssdk.services.dynamodb.model.Record;

/**
 * A record on its way from the fetcher to the emitter.
 *
 * @param shardId where it came from
 * @param record as the SDK gives it
 */
record StreamRecord(String shardId, Record record) {}
