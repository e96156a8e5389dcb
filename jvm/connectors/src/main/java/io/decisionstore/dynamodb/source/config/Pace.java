package io.decisionstore.dynamodb.source.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * How often shards that were read to their tip are read again; every read is billed.
 *
 * @param latencyGoal the time between two reads of a shard with traffic; null where a budget is set
 * @param readsPerSecond what all subtasks together may spend on shards at their tip; 0 where a
 *     latency goal is set
 * @param quietInterval the time between two reads that a shard without traffic slows down to
 */
public record Pace(Duration latencyGoal, double readsPerSecond, Duration quietInterval)
    implements Serializable {}
