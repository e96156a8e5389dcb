package io.decisionstore.dynamodb.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * DynamoDB Streams in memory, whose tables, shards, time and faults a test directs; safe for
 * several threads.
 *
 * <p>The four operations answer as DynamoDB does and throw {@link ServiceException} where it
 * answers with an error. A fault of the connection is an {@link UncheckedIOException} in process.
 * {@link ScriptedServer} puts all this on HTTP.
 */
public final class ScriptedStreams {
  private static final int MOST_SHARDS = 100;
  private static final int MOST_RECORDS = 1_000;
  private static final long ITERATOR_MILLIS = 15 * 60_000L;
  private static final int SEQUENCE_STEP = 7;

  private final String region;
  private final ServerClock clock;
  private final Faults faults = new Faults();
  private final Traffic traffic = new Traffic();
  private final Map<String, StreamedTable> tables = new ConcurrentHashMap<>();
  private final Map<String, Stream> streams = new ConcurrentSkipListMap<>();
  private final AtomicLong sequences = new AtomicLong();
  private final AtomicLong chains = new AtomicLong();
  private final AtomicLong shardTimes = new AtomicLong();
  private volatile int describesPerSecond = 10;

  /** In the region eu-west-1, on the machine's time. */
  public ScriptedStreams() {
    this("eu-west-1", Clock.systemUTC());
  }

  public ScriptedStreams(String region, Clock clock) {
    this.region = region;
    this.clock = new ServerClock(clock);
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

  /**
   * A table with a stream of new and old images; its key is the first attribute of the first item.
   */
  public StreamedTable createTable(String name, int shards) {
    return createTable(name, shards, List.of(), ViewType.NEW_AND_OLD_IMAGES);
  }

  /**
   * @param shards how many the stream has when it is enabled; 0 for a test that opens its own by
   *     name
   * @param keys partition key and, if any, sort key
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
    describesPerSecond = limit;
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
    return delivered(strike, listStreams(tableName, limit, exclusiveStartStreamArn, strike));
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
        strike, describeStream(streamArn, limit, exclusiveStartShardId, childrenOf, strike));
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
    return delivered(strike, getShardIterator(streamArn, shardId, type, sequenceNumber, strike));
  }

  /**
   * GetRecords.
   *
   * @param limit 1 to 1,000, or null for 1,000
   */
  public RecordsPage getRecords(String shardIterator, Integer limit) {
    Faults.Strike strike =
        faults.strike(Operation.GET_RECORDS, ShardIterator.parse(shardIterator).shardId());
    return delivered(strike, getRecords(shardIterator, limit, strike, new Bytes(4_096)));
  }

  StreamList listStreams(String tableName, Integer limit, String start, Faults.Strike strike) {
    return served(
        Operation.LIST_STREAMS,
        strike,
        () -> {
          int most = within(limit, MOST_SHARDS);
          long now = clock.millis();
          List<StreamList.Entry> found = new ArrayList<>();
          for (Stream stream : streams.values()) {
            boolean asked = tableName == null || tableName.equals(stream.tableName());
            if (!asked
                || stream.isGone(now)
                || (start != null && stream.arn().compareTo(start) <= 0)) {
              continue;
            }
            if (found.size() == most) {
              return new StreamList(found, found.get(most - 1).streamArn());
            }
            found.add(new StreamList.Entry(stream.arn(), stream.label(), stream.tableName()));
          }
          return new StreamList(found, null);
        });
  }

  StreamDescription describeStream(
      String streamArn, Integer limit, String start, String childrenOf, Faults.Strike strike) {
    return served(
        Operation.DESCRIBE_STREAM,
        strike,
        () -> {
          long now = clock.millis();
          if (!traffic.mayDescribe(now, describesPerSecond)) {
            traffic.violation(
                "DescribeStream was called more than "
                    + describesPerSecond
                    + " times in a second.");
            throw FaultKind.LIMIT_EXCEEDED.exception();
          }
          int most = within(limit, MOST_SHARDS);
          Stream stream = stream(streamArn, now);
          List<ShardDescription> page = new ArrayList<>();
          String last = null;
          for (Shard shard : listed(stream, start, childrenOf, now, strike)) {
            if (page.size() == most) {
              last = page.get(most - 1).shardId();
              break;
            }
            page.add(ShardDescription.of(shard));
          }
          return new StreamDescription(
              streamArn,
              stream.label(),
              stream.isEnabled() ? "ENABLED" : "DISABLED",
              stream.tableName(),
              stream.view(),
              table(stream.tableName()).keys(),
              stream.createdAt(),
              page,
              last);
        });
  }

  String getShardIterator(
      String streamArn, String shardId, String type, String sequenceNumber, Faults.Strike strike) {
    return served(
        Operation.GET_SHARD_ITERATOR,
        strike,
        () -> {
          long now = clock.millis();
          Shard shard = shard(stream(streamArn, now), shardId, now);
          long index =
              switch (type == null ? "" : type) {
                case "TRIM_HORIZON" -> shard.trimmed(now);
                case "LATEST" -> shard.count();
                case "AT_SEQUENCE_NUMBER" -> indexOf(shard, sequenceNumber, false, now);
                case "AFTER_SEQUENCE_NUMBER" -> indexOf(shard, sequenceNumber, true, now);
                default ->
                    throw ServiceException.invalid(
                        "ShardIteratorType is not one of its four values: " + type);
              };
          boolean latest = "LATEST".equals(type);
          return new ShardIterator(streamArn, shardId, index, now, chains.incrementAndGet(), latest)
              .text();
        });
  }

  RecordsPage getRecords(String shardIterator, Integer limit, Faults.Strike strike, Bytes out) {
    return served(
        Operation.GET_RECORDS,
        strike,
        () -> {
          long now = clock.millis();
          int most = within(limit, MOST_RECORDS);
          ShardIterator iterator = ShardIterator.parse(shardIterator);
          Stream stream = stream(iterator.streamArn(), now);
          Shard shard = shard(stream, iterator.shardId(), now);
          if (now - iterator.issuedAt() > ITERATOR_MILLIS) {
            throw ServiceException.expired();
          }
          judge(shard, iterator, now);
          if (iterator.index() < shard.trimmed(now)) {
            throw ServiceException.trimmed();
          }
          boolean none = strike != null && strike.kind() == FaultKind.EMPTY_PAGE;
          PageCut cut =
              PageCut.of(shard, iterator.index(), none ? 0 : most, table(stream.tableName()));
          RecordsPage page = cut.page(cut.ends() ? null : iterator.next(cut.to(), now).text(), out);
          if (strike == null || !strike.kind().isOfTransport()) {
            traffic.read(shard, page);
            if (cut.ends()) {
              shard.deliverEnd();
            }
          }
          return page;
        });
  }

  /**
   * The newest stream of a table, as DescribeTable tells of it; null of a table that is not there.
   */
  StreamedTable describeTable(String name, Faults.Strike strike) {
    return served(
        Operation.DESCRIBE_TABLE,
        strike,
        () -> {
          StreamedTable table = name == null ? null : tables.get(name);
          if (table == null) {
            throw ServiceException.notFound(
                "Requested resource not found: Table: " + name + " not found");
          }
          return table;
        });
  }

  Stream streamOrNull(String arn) {
    return streams.get(arn);
  }

  void register(Stream stream) {
    streams.put(stream.arn(), stream);
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

  private <T> T served(Operation operation, Faults.Strike strike, Supplier<T> answer) {
    traffic.called(operation);
    try {
      if (strike != null && strike.kind().isError()) {
        throw strike.kind().exception();
      }
      T result = answer.get();
      if (strike != null) {
        traffic.failed(operation, strike.kind().name());
      }
      return result;
    } catch (ServiceException refused) {
      traffic.failed(operation, refused.code());
      throw refused;
    }
  }

  private static <T> T delivered(Faults.Strike strike, T answer) {
    if (strike != null && strike.kind().isOfTransport()) {
      throw new UncheckedIOException(
          new IOException("The connection was cut, as scripted (" + strike.kind() + ")."));
    }
    return answer;
  }

  private static int within(Integer limit, int most) {
    if (limit != null && (limit < 1 || limit > most)) {
      throw ServiceException.invalid("Limit must be between 1 and " + most);
    }
    return limit == null ? most : limit;
  }

  private Stream stream(String arn, long now) {
    Stream stream = arn == null ? null : streams.get(arn);
    if (stream == null || stream.isGone(now)) {
      throw ServiceException.notFound(
          "Requested resource not found: Stream: " + arn + " not found");
    }
    return stream;
  }

  private static Shard shard(Stream stream, String id, long now) {
    Shard shard = stream.shard(id, now);
    if (shard == null) {
      throw ServiceException.notFound("Requested resource not found: Shard does not exist: " + id);
    }
    return shard;
  }

  private static List<Shard> listed(
      Stream stream, String start, String childrenOf, long now, Faults.Strike strike) {
    String missing = null;
    if (strike != null && strike.kind() == FaultKind.MISSING_SHARD) {
      List<Shard> all = stream.all();
      missing =
          strike.shardId() != null || all.isEmpty()
              ? strike.shardId()
              : all.get(all.size() - 1).id();
    }
    List<Shard> listed = new ArrayList<>();
    boolean started = start == null || stream.shard(start, now) == null;
    for (Shard shard : stream.all()) {
      boolean shown =
          childrenOf == null
              ? shard.isListed(now)
              : childrenOf.equals(shard.origin().parentId()) && shard.isAmongChildren(now);
      if (started && shown && !shard.isGone(now) && !shard.id().equals(missing)) {
        listed.add(shard);
      }
      started |= shard.id().equals(start);
    }
    return listed;
  }

  private static long indexOf(Shard shard, String sequenceNumber, boolean after, long now) {
    long sequence = SequenceNumbers.parse(sequenceNumber);
    if (sequence < shard.origin().startSequence()
        || (shard.isClosed() && sequence > shard.endSequence())) {
      throw ServiceException.invalid("The SequenceNumber is not of this shard: " + sequenceNumber);
    }
    long index = shard.indexOf(sequence);
    if (index < shard.trimmed(now)) {
      throw ServiceException.trimmed();
    }
    boolean there = index < shard.count() && shard.sequenceAt(index) == sequence;
    return after && there ? index + 1 : index;
  }

  private void judge(Shard shard, ShardIterator iterator, long now) {
    int readers = shard.readers().read(iterator.chain(), now);
    if (readers > 2) {
      traffic.violation(
          "Shard "
              + shard.id()
              + " was read by more than 2 readers at a time: AWS throttles them.");
    }
    Shard parent = shard.origin().parent();
    if (iterator.latest()) {
      shard.excuseFromParent();
    } else if (parent != null
        && !shard.isExcusedFromParent()
        && !parent.isEndDelivered()
        && !parent.isGone(now)) {
      traffic.violation(
          "Shard "
              + shard.id()
              + " was read before the end of its parent "
              + parent.id()
              + " was delivered.");
    }
  }
}
