package io.decisionstore.dynamodb.source.reader;

import io.decisionstore.dynamodb.source.client.StreamsClient;
import io.decisionstore.dynamodb.source.client.StreamsException;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.decode.DecodedPage;
import io.decisionstore.dynamodb.source.decode.MalformedPageException;
import io.decisionstore.dynamodb.source.decode.PageDecoder;
import io.decisionstore.dynamodb.source.decode.ResponseScanner;
import io.decisionstore.dynamodb.source.split.ShardEnd;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the shards of one subtask: asks for many pages at once, takes them as they come.
 *
 * <p>One thread runs everything here. A shard has at most one open request, so its records keep
 * their order, and a slow one delays no other. When a page has come and there is more for certain,
 * the next is asked for before this one is decoded and emitted.
 */
final class ShardSplitReader implements SplitReader<PageRecords, ShardSplit> {
  private static final Logger LOG = LoggerFactory.getLogger(ShardSplitReader.class);

  /** Without anything due or arriving, the fetcher looks around this often. */
  private static final long LOOK_AROUND_MS = 1_000;

  /** An answer may be damaged on its way, but not so many times in a row. */
  private static final int MALFORMED_PAGES = 20;

  /** Hundreds of shards may fail at once, for the same reason. */
  private static final long FAILURES_TOLD_EVERY_MS = 10_000;

  /**
   * A shard that was just listed may be unknown for a moment: it is gone when so many looks in a
   * row, over at least so long, did not find it.
   */
  private static final int LOOKS_UNTIL_GONE = 3;

  private static final long MS_UNTIL_GONE = 2_000;

  private final PageDecoder decoder;
  private final PollPace pace;
  private final Requests requests;
  private final Losses losses;
  private final ReaderMetrics metrics;
  private final Progress progress;
  private final ReaderClock clock;

  private final Map<String, ShardCursor> shards = new HashMap<>();
  private int quietShards;
  private int untoldFailures;
  private long toldAt;

  ShardSplitReader(
      StreamsClient client,
      SourceConfig config,
      PollPace pace,
      MemoryBudget memory,
      ReaderMetrics metrics,
      Progress progress,
      ReaderClock clock) {
    this.decoder = new PageDecoder(config.columns());
    this.pace = pace;
    this.requests = new Requests(client, memory, clock);
    this.losses = new Losses(config.onTrimmed(), metrics);
    this.metrics = metrics;
    this.progress = progress;
    this.clock = clock;
  }

  @Override
  public RecordsWithSplitIds<PageRecords> fetch() {
    while (!clock.takeWakeUp()) {
      Requests.Answer answer = requests.nextAnswer();
      if (answer == null) {
        ask();
        clock.await((long) Math.ceil(Math.min(requests.nextDue(), clock.now() + LOOK_AROUND_MS)));
        continue;
      }
      PageRecords records = take(answer);
      if (records != null) {
        return records;
      }
    }
    return PageRecords.none();
  }

  @Override
  public void handleSplitsChanges(SplitsChange<ShardSplit> change) {
    for (ShardSplit split : change.splits()) {
      ShardMetrics shardMetrics = metrics.shard(split.splitId(), split.table(), split.shardId());
      ShardCursor shard = new ShardCursor(split, shardMetrics);
      shards.put(shard.id, shard);
      requests.schedule(shard, clock.now());
    }
  }

  /** Watermark alignment: a shard that is ahead of the others waits for them. */
  @Override
  public void pauseOrResumeSplits(
      Collection<ShardSplit> splitsToPause, Collection<ShardSplit> splitsToResume) {
    splitsToPause.forEach(split -> requests.pause(shards.get(split.splitId())));
    splitsToResume.forEach(split -> requests.resume(shards.get(split.splitId()), clock.now()));
  }

  @Override
  public void wakeUp() {
    clock.wakeUp();
  }

  /** The client belongs to the source reader: a fetcher ends whenever it has no shard. */
  @Override
  public void close() {
    requests.close();
  }

  private void ask() {
    long now = clock.now();
    requests.ask(
        now,
        shard -> {
          if (losses.mayBeTrimmed(shard, now)) {
            losses.trimmed(shard, now);
          }
        });
  }

  private PageRecords take(Requests.Answer answer) {
    ShardCursor shard = answer.shard();
    if (answer.failure() != null) {
      return failed(shard, answer.failure());
    }
    if (answer.page() == null) {
      shard.iterator = answer.iterator();
      shard.freshIterator = true;
      requests.schedule(shard, clock.now());
      return null;
    }
    metrics.billedReads.inc();
    metrics.bytesRead.inc(answer.page().length());
    pace.answered();
    try {
      return page(shard, answer.page());
    } catch (MalformedPageException malformed) {
      requests.forget(shard);
      requests.emitted(answer.page());
      if (++shard.malformedPages >= MALFORMED_PAGES) {
        throw new IllegalStateException(
            "Shard %s cannot be read on after %s: %s It was asked for %d times."
                .formatted(
                    shard.id, shard.split.position(), malformed.getMessage(), shard.malformedPages),
            malformed);
      }
      shard.restartFrom(shard.split);
      later(shard, malformed);
      return null;
    }
  }

  private PageRecords page(ShardCursor shard, StreamsClient.Page page)
      throws MalformedPageException {
    int bytes = page.length();
    shard.iterator = ResponseScanner.nextIterator(page.body(), bytes);
    shard.freshIterator = false;
    boolean askedOn = shard.iterator != null && PollPace.isLarge(bytes);
    if (askedOn) {
      shard.lastPageBytes = bytes;
      requests.schedule(shard, clock.now());
      ask();
    }
    ShardSplit split = shard.split;
    DecodedPage decoded =
        decoder.decode(
            page.body(), bytes, shard.table, split.shardId(), split.from(), split.until());
    shard.failures = 0;
    shard.malformedPages = 0;
    shard.timesNotFound = 0;
    long now = clock.now();
    int records = decoded.size() + decoded.skipped();
    boolean hasMore = PollPace.hasMore(records, bytes, shard.msBetweenReads);
    noteRead(shard, decoded, bytes, hasMore, now);
    ShardEnd end = endOf(shard, decoded);
    if (end != null) {
      finish(shard, end);
    } else if (!askedOn) {
      requests.schedule(shard, nextRead(shard, hasMore, now));
    }
    if (decoded.size() == 0 && end == null) {
      requests.emitted(page);
      return null;
    }
    return new PageRecords(shard.id, decoded, end != null, () -> requests.emitted(page));
  }

  private void noteRead(
      ShardCursor shard, DecodedPage decoded, int bytes, boolean hasMore, long now) {
    int records = decoded.size() + decoded.skipped();
    metrics.recordsRead.inc(records);
    if (records > 0 || shard.atTip()) { // an empty page says nothing of the next one
      shard.lastPageBytes = bytes;
    }
    metrics.skippedRecords.inc(decoded.skipped());
    shard.metrics.read(records, bytes, hasMore, decoded.lastCreatedAt());
    if (shard.lostAfter != null) {
      losses.tell(shard, decoded.size() == 0 ? now : decoded.createdAt(0));
    }
    if (decoded.size() > 0) {
      shard.readTo = decoded.sequenceNumber(decoded.size() - 1);
    }
    String last = decoded.lastSequenceNumber();
    if (last != null) {
      shard.foundRecords(last, decoded.lastCreatedAt());
    } else {
      metrics.emptyReads.inc();
      shard.foundNothing();
      if (shard.atTip()) {
        progress.atTip(shard.readTo, shard.split);
      }
    }
  }

  private static ShardEnd endOf(ShardCursor shard, DecodedPage decoded) {
    if (decoded.reachedUntil() || shard.nothingMoreUntilBound()) {
      return ShardEnd.BOUND;
    }
    return shard.iterator == null ? ShardEnd.CLOSED : null;
  }

  private double nextRead(ShardCursor shard, boolean hasMore, long now) {
    if (hasMore) {
      shard.inStep = true;
      return now;
    }
    quietShards += shard.becomesQuiet();
    double interval = pace.intervalMs(shard.emptyReads, shards.size() - quietShards, quietShards);
    if (shard.inStep) {
      // Shards that begin together would be read together ever after, and wait for each other.
      shard.inStep = false;
      interval *= ThreadLocalRandom.current().nextDouble();
    }
    return Math.max(now, shard.pacedFrom + interval);
  }

  private PageRecords failed(ShardCursor shard, StreamsException failure) {
    long now = clock.now();
    switch (failure.kind()) {
      case EXPIRED_ITERATOR -> {
        shard.restartFrom(shard.split.withoutLatest());
        requests.schedule(shard, now);
      }
      case TRIMMED -> {
        losses.trimmed(shard, now);
        long wait = shard.failures++ == 0 ? 0 : PollPace.backoffMs(shard.failures);
        requests.schedule(shard, now + wait);
      }
      case NOT_FOUND -> {
        if (shard.notFound(now) >= LOOKS_UNTIL_GONE && now - shard.missingSince >= MS_UNTIL_GONE) {
          losses.gone(shard);
          finish(shard, ShardEnd.LOST);
          return new PageRecords(shard.id, null, true, () -> {});
        }
        shard.restartFrom(shard.split);
        later(shard, failure);
      }
      case THROTTLED -> {
        metrics.throttledReads.inc();
        pace.throttled();
        later(shard, failure);
      }
      case TRANSIENT -> later(shard, failure);
      case FATAL -> throw new IllegalStateException(failure.getMessage(), failure);
    }
    return null;
  }

  private void later(ShardCursor shard, Exception failure) {
    metrics.failedReads.inc();
    shard.failures++;
    long wait = PollPace.backoffMs(shard.failures);
    requests.schedule(shard, clock.now() + wait);
    untoldFailures++;
    if (clock.now() - toldAt > FAILURES_TOLD_EVERY_MS) {
      LOG.warn(
          "{} reads have failed since this was last told, the last of shard {} ({} times in a row; next try in {} ms): {}",
          untoldFailures,
          shard.id,
          shard.failures,
          wait,
          failure.getMessage());
      toldAt = clock.now();
      untoldFailures = 0;
    }
  }

  private void finish(ShardCursor shard, ShardEnd end) {
    if (shard.quiet) {
      quietShards--;
    }
    requests.forget(shard);
    shards.remove(shard.id);
    metrics.shardDone(shard.id);
    progress.ended(shard.split.ended(end));
  }
}
