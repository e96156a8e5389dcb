package io.decisionstore.dynamodb.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * DynamoDB Streams in memory, whose tables, shards, time and faults a test directs; safe for
 * several threads.
 *
 * <p>The four operations answer as DynamoDB does and throw {@link ServiceException} where it
 * answers with an error. A fault of the connection is an {@link UncheckedIOException} in process.
 * {@link ScriptedServer} puts all this on HTTP.
 */
public final class ScriptedStreams {
  private static final int SEQUENCE_STEP = 7;

  private final String region;
  private final ServerClock clock;
  private final Faults faults = new Faults();
  private final Traffic traffic = new Traffic();
  private final Map<String, StreamedTable> tables = new ConcurrentHashMap<>();
  private final StreamReads reads;
  private final AtomicLong sequences = new AtomicLong();
  private final AtomicLong shardTimes = new AtomicLong();

  /** In the region eu-west-1, on the machine's time. */
  public ScriptedStreams() {
    this("eu-west-1", Clock.systemUTC());
  }

  public ScriptedStreams(String region, Clock clock) {
    this.region = region;
    this.clock = new ServerClock(clock);
    this.reads = new StreamReads(this.clock, traffic, tables);
  }

  StreamReads reads() {
    return reads;
  }

  public ServerClock clock() {
    return clock;
  }

  public Faults faults() {
    return faults;
  }

  public String region() {
    return region;
  }

  /** A table with a stream of new and old images; its key is {@code id}. */
  public StreamedTable createTable(String name, int shards) {
    return createTable(name, shards, List.of("id"), ViewType.NEW_AND_OLD_IMAGES);
  }

  /**
   * @param shards how many the stream has when it is enabled; 0 for a test that opens its own by
   *     name
   * @param keys partition key and, if any, sort key; empty: the first attribute of the first item,
   *     if its map has an order
   */
  public StreamedTable createTable(String name, int shards, List<String> keys, ViewType view) {
    StreamedTable table = register(new StreamedTable(this, name, keys, view));
    table.start(shards);
    return table;
  }

  /**
   * A table full of records of about the same size, made while they are read: {@code id} (S,
   * "00000-0"), {@code shard} (S), {@code n} (N, rising from 0 in each shard), {@code written_at}
   * (N, epoch microseconds), others of mixed types, and {@code payload} (S) that fills them up.
   *
   * @param recordBytes SizeBytes of a record, about; a kilobyte is about 1.3 on the wire
   * @param attributes at least 5
   * @param closed whether the shards end, or wait for records that never come
   */
  public StreamedTable generate(
      String name,
      int shards,
      int recordsPerShard,
      int recordBytes,
      int attributes,
      boolean closed) {
    StreamedTable table =
        register(new StreamedTable(this, name, List.of("id"), ViewType.NEW_IMAGE));
    Stream stream = table.newStream();
    RecordTemplate template =
        new RecordTemplate(region, ViewType.NEW_IMAGE, recordBytes, attributes);
    for (int i = 0; i < shards; i++) {
      GeneratedShard shard =
          new GeneratedShard(
              generatedOrigin(recordsPerShard), template, i, LiveWriter.micros(), serverOffset());
      shard.grow(recordsPerShard);
      if (closed) {
        shard.close(shard.sequenceAt(recordsPerShard), clock.millis());
      }
      stream.add(shard);
    }
    return table;
  }

  /**
   * A table that is written to in real time from now on, with records like those of {@link
   * #generate}; {@code written_at} is when a record became readable. Its shards stay open.
   *
   * @param recordsPerSecond a shard
   */
  public StreamedTable live(
      String name,
      int shards,
      double recordsPerSecond,
      double seconds,
      int recordBytes,
      int attributes) {
    StreamedTable table =
        register(new StreamedTable(this, name, List.of("id"), ViewType.NEW_IMAGE));
    Stream stream = table.newStream();
    RecordTemplate template =
        new RecordTemplate(region, ViewType.NEW_IMAGE, recordBytes, attributes);
    int records = (int) Math.round(recordsPerSecond * seconds);
    List<LiveShard> writable = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      LiveShard shard =
          new LiveShard(generatedOrigin(records), template, i, records, serverOffset());
      stream.add(shard);
      writable.add(shard);
    }
    new LiveWriter(name, writable, recordsPerSecond).start();
    return table;
  }

  /** The table of that name. */
  public StreamedTable table(String name) {
    StreamedTable table = tables.get(name);
    if (table == null) {
      throw new IllegalArgumentException("There is no table " + name + ": create it first.");
    }
    return table;
  }

  /** How many DescribeStream calls a second are answered; DynamoDB's own limit is 10. */
  public void describesPerSecond(int limit) {
    reads.describesPerSecond(limit);
  }

  /**
   * Whether all readers are of one job. Then a shard that is read again from before its end, as
   * after a restart, holds its children back until its end has been delivered again; reading them
   * meanwhile is a violation. Off at first, since several jobs may read a stream side by side.
   */
  public void oneJobReads(boolean one) {
    reads.oneJobReads(one);
  }

  public Report report() {
    return traffic.report();
  }

  /** Counts from zero again and forgets violations. */
  public void resetReport() {
    traffic.reset();
  }

  /**
   * ListStreams.
   *
   * @param tableName null for all tables
   * @param limit 1 to 100, or null for 100
   * @param exclusiveStartStreamArn null for the first page
   */
  public StreamList listStreams(String tableName, Integer limit, String exclusiveStartStreamArn) {
    Faults.Strike strike = faults.strike(Operation.LIST_STREAMS, null);
    return delivered(strike, reads.listStreams(tableName, limit, exclusiveStartStreamArn, strike));
  }

  /**
   * DescribeStream.
   *
   * @param limit 1 to 100, or null for 100
   * @param exclusiveStartShardId null for the first page
   * @param childrenOf with a shard filter of type CHILD_SHARDS: whose children; null for all shards
   */
  public StreamDescription describeStream(
      String streamArn, Integer limit, String exclusiveStartShardId, String childrenOf) {
    Faults.Strike strike = faults.strike(Operation.DESCRIBE_STREAM, childrenOf);
    return delivered(
        strike, reads.describeStream(streamArn, limit, exclusiveStartShardId, childrenOf, strike));
  }

  /**
   * GetShardIterator.
   *
   * @param type TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER
   * @param sequenceNumber null for the first two
   */
  public String getShardIterator(
      String streamArn, String shardId, String type, String sequenceNumber) {
    Faults.Strike strike = faults.strike(Operation.GET_SHARD_ITERATOR, shardId);
    return delivered(
        strike, reads.getShardIterator(streamArn, shardId, type, sequenceNumber, strike));
  }

  /**
   * GetRecords.
   *
   * @param limit 1 to 1,000, or null for 1,000
   */
  public RecordsPage getRecords(String shardIterator, Integer limit) {
    Faults.Strike strike =
        faults.strike(Operation.GET_RECORDS, ShardIterator.parse(shardIterator).shardId());
    return delivered(strike, reads.getRecords(shardIterator, limit, strike, new Bytes(4_096)));
  }

  void register(Stream stream) {
    reads.add(stream);
  }

  long nextSequence() {
    return sequences.getAndAdd(SEQUENCE_STEP);
  }

  String nextShardId() {
    long time = shardTimes.updateAndGet(last -> Math.max(last + 1, clock.millis()));
    return "shardId-%020d-%08x".formatted(time, (int) (time * 0x9E3779B97F4A7C15L >>> 32));
  }

  private StreamedTable register(StreamedTable table) {
    if (tables.putIfAbsent(table.name(), table) != null) {
      throw new IllegalArgumentException("There is a table " + table.name() + " already.");
    }
    return table;
  }

  private Shard.Origin generatedOrigin(int records) {
    long first = sequences.getAndAdd(records + SEQUENCE_STEP);
    return new Shard.Origin(nextShardId(), null, 0, 0, first);
  }

  private long serverOffset() {
    return clock.millis() - LiveWriter.micros() / 1_000;
  }

  private static <T> T delivered(Faults.Strike strike, T answer) {
    if (strike != null && strike.kind().isOfTransport()) {
      throw new UncheckedIOException(
          new IOException("The connection was cut, as scripted (" + strike.kind() + ")."));
    }
    return answer;
  }
}
