package io.decisionstore.dynamodb.source.enumerator;

import java.io.Serializable;
import java.util.HashMap;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * What a reader's shards carry, told from time to time so that shards can be spread by load.
 *
 * @param bytesPerSecond of each split
 */
public record LoadEvent(HashMap<String, Double> bytesPerSecond)
    implements SourceEvent, Serializable {}
