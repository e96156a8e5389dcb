package io.decisionstore.dynamodb.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What DynamoDB Streams answers: the operations, given what strikes them. */
final class StreamReads {
  private static final int MOST_SHARDS = 100;
  private static final int MOST_RECORDS = 1_000;
  private static final long ITERATOR_MILLIS = 15 * 60_000L;

  private final ServerClock clock;
  private final Traffic traffic;
  private final Map<String, StreamedTable> tables;
  private final Map<String, Stream> streams = new ConcurrentSkipListMap<>();
  private final AtomicLong chains = new AtomicLong();
  private volatile int describesPerSecond = 10;
  private volatile boolean oneJobReads;

  StreamReads(ServerClock clock, Traffic traffic, Map<String, StreamedTable> tables) {
    this.clock = clock;
    this.traffic = traffic;
    this.tables = tables;
  }

  void add(Stream stream) {
    streams.put(stream.arn(), stream);
  }

  void describesPerSecond(int limit) {
    describesPerSecond = limit;
  }

  void oneJobReads(boolean one) {
    oneJobReads = one;
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
              tables.get(stream.tableName()).keys(),
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
          judge(stream, shard, iterator, now);
          if (iterator.index() < shard.trimmed(now)) {
            throw ServiceException.trimmed();
          }
          boolean none = strike != null && strike.kind() == FaultKind.EMPTY_PAGE;
          PageCut cut =
              PageCut.of(shard, iterator.index(), none ? 0 : most, tables.get(stream.tableName()));
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
    boolean started = start == null;
    // The shard to start after may be trimmed away since; it still has its place here.
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

  private void judge(Stream stream, Shard shard, ShardIterator iterator, long now) {
    int readers = shard.readers().read(iterator.chain(), now);
    if (readers > 2) {
      traffic.violation(
          "Shard "
              + shard.id()
              + " was read by more than 2 readers at a time: AWS throttles them.");
    }
    if (oneJobReads && shard.readers().isNewest(iterator.chain())) {
      shard.takeBackEnd();
    }
    Shard parent =
        shard.origin().parentId() == null ? null : stream.shard(shard.origin().parentId(), now);
    if (iterator.latest()) {
      shard.excuseFromParent();
    } else if (parent != null && !shard.isExcusedFromParent() && !parent.isEndDelivered()) {
      traffic.violation(
          "Shard "
              + shard.id()
              + " was read before the end of its parent "
              + parent.id()
              + " was delivered.");
    }
  }
}
