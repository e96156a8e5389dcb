package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** A table whose changes go to its stream; safe for several threads. */
public final class StreamedTable {
  private static final DateTimeFormatter LABEL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS");
  private static final long HASHES = 1L << 32;

  private final ScriptedStreams owner;
  private final String name;
  private final ViewType view;
  private final Map<String, ObjectNode> items = new HashMap<>();
  private final List<Stream> streams = new ArrayList<>();
  private List<String> keys;
  private Stream stream;
  private int shardsWhenEnabled;
  private volatile int pageRecords = 1_000;
  private volatile int pageBytes = 1 << 20;

  StreamedTable(ScriptedStreams owner, String name, List<String> keys, ViewType view) {
    this.owner = owner;
    this.name = name;
    this.keys = List.copyOf(keys);
    this.view = view;
  }

  public String name() {
    return name;
  }

  /** Partition key and sort key; empty until the first item, when none were given. */
  public synchronized List<String> keys() {
    return keys;
  }

  /** The newest stream, which may be disabled. */
  public synchronized String streamArn() {
    return stream.arn();
  }

  /** All shards of the newest stream that are not trimmed away, visible to readers or not. */
  public synchronized List<ShardDescription> shards() {
    long now = owner.clock().millis();
    return stream.all().stream()
        .filter(shard -> !shard.isGone(now))
        .map(ShardDescription::of)
        .toList();
  }

  /**
   * Writes an item, whose key chooses the shard: an INSERT, or a MODIFY when the item is there. The
   * same item again makes no record, as in DynamoDB.
   *
   * @param item String, Number, Boolean, byte[], null, List, Set and Map
   * @return the record's sequence number, or null when nothing changed
   */
  public String put(Map<String, ?> item) {
    return put(Values.item(item), null);
  }

  /** The same with a shard of the writer's choice, which must be open. */
  public String put(Map<String, ?> item, String shardId) {
    return put(Values.item(item), shardId);
  }

  /**
   * Removes an item: a REMOVE, unless it is not there.
   *
   * @return the record's sequence number, or null when there was nothing to remove
   */
  public String remove(Map<String, ?> key) {
    return remove(Values.item(key), null, false);
  }

  /**
   * The same as DynamoDB does it when an item's time to live is over: the record says so in
   * userIdentity.
   */
  public String expire(Map<String, ?> key) {
    return remove(Values.item(key), null, true);
  }

  synchronized String put(ObjectNode item, String shardId) {
    if (keys.isEmpty()) {
      keys = List.of(item.fieldNames().next());
    }
    ObjectNode key = keyOf(item);
    ObjectNode before = items.get(key.toString());
    if (item.equals(before)) {
      return null;
    }
    String sequence = add(new Change(key, before, item, false), shardId);
    items.put(key.toString(), item);
    return sequence;
  }

  synchronized String remove(ObjectNode keyOrItem, String shardId, boolean expired) {
    ObjectNode key = keyOf(keyOrItem);
    ObjectNode before = items.get(key.toString());
    if (before == null) {
      return null;
    }
    String sequence = add(new Change(key, before, null, expired), shardId);
    items.remove(key.toString());
    return sequence;
  }

  /** Closes a shard and opens two, each with half of its keys. */
  public List<String> split(String shardId) {
    return split(shardId, Duration.ZERO, Duration.ZERO);
  }

  /**
   * The same, with children that readers are shown later: DescribeStream is eventually consistent.
   *
   * @param listedAfter server time until the full listing shows them
   * @param amongChildrenAfter server time until the listing filtered by CHILD_SHARDS shows them
   */
  public synchronized List<String> split(
      String shardId, Duration listedAfter, Duration amongChildrenAfter) {
    Shard parent = open(shardId);
    close(parent);
    Shard.Origin origin = parent.origin();
    long middle = (origin.lowHash() + origin.highHash()) / 2;
    return List.of(
        child(parent, origin.lowHash(), middle, listedAfter, amongChildrenAfter),
        child(parent, middle, origin.highHash(), listedAfter, amongChildrenAfter));
  }

  /** Closes a shard and opens one child with all its keys, as DynamoDB does every few hours. */
  public String rollOver(String shardId) {
    return rollOver(shardId, Duration.ZERO, Duration.ZERO);
  }

  /** The same, with a child that readers are shown later; see {@link #split}. */
  public synchronized String rollOver(
      String shardId, Duration listedAfter, Duration amongChildrenAfter) {
    Shard parent = open(shardId);
    close(parent);
    return child(
        parent,
        parent.origin().lowHash(),
        parent.origin().highHash(),
        listedAfter,
        amongChildrenAfter);
  }

  /** Closes a shard without children; items of its keys cannot be written any more. */
  public synchronized void close(String shardId) {
    close(open(shardId));
  }

  /**
   * Opens a shard under a name of one's own, for tests that speak of "a" and "b". It takes no items
   * by key: put into it by its name.
   *
   * @param parentId null, or a shard of the stream, which may be opened later or never: then it
   *     counts as trimmed away
   */
  public synchronized void openShard(String shardId, String parentId) {

    stream.add(new StoredShard(new Shard.Origin(shardId, parentId, 0, 0, owner.nextSequence())));
  }

  /** Trims a shard's oldest records away at once, all but the newest of them. */
  public synchronized void trim(String shardId, int keep) {
    Shard shard = known(shardId);
    shard.trim(shard.count() - keep);
  }

  /** Disables the stream: its shards are closed, and it can be read for 24 more hours. */
  public synchronized void disable() {
    stream.all().stream().filter(shard -> !shard.isClosed()).forEach(this::close);
    stream.disable(owner.clock().millis());
  }

  /**
   * Enables a new stream, with an ARN of its own and as many shards as the first had.
   *
   * @return its ARN
   */
  public synchronized String enable() {
    if (stream != null && stream.isEnabled()) {
      throw new IllegalStateException(
          "The table " + name + " has an enabled stream: disable it first.");
    }
    newStream();
    for (int i = 0; i < shardsWhenEnabled; i++) {
      long low = HASHES * i / shardsWhenEnabled;
      long high = HASHES * (i + 1) / shardsWhenEnabled;
      stream.add(
          new StoredShard(
              new Shard.Origin(owner.nextShardId(), null, low, high, owner.nextSequence())));
    }
    return stream.arn();
  }

  /**
   * What a page of GetRecords holds at most; DynamoDB's own are 1,000 records and 1 MB of
   * SizeBytes.
   */
  public void pageLimits(int records, int bytes) {
    if (records < 1 || records > 1_000 || bytes < 1) {
      throw new IllegalArgumentException("A page holds 1 to 1,000 records and at least a byte.");
    }
    pageRecords = records;
    pageBytes = bytes;
  }

  int pageRecords() {
    return pageRecords;
  }

  int pageBytes() {
    return pageBytes;
  }

  ViewType view() {
    return view;
  }

  synchronized void start(int shards) {
    shardsWhenEnabled = shards;
    enable();
  }

  /** A stream without shards, to which generated ones are added. */
  synchronized Stream newStream() {
    long now = owner.clock().millis();
    long createdAt =
        streams.isEmpty() ? now : Math.max(now, streams.get(streams.size() - 1).createdAt() + 1);
    String label =
        LABEL.format(LocalDateTime.ofInstant(Instant.ofEpochMilli(createdAt), ZoneOffset.UTC));
    stream = new Stream(owner.region(), name, label, view, createdAt);
    streams.add(stream);
    owner.register(stream);
    return stream;
  }

  synchronized Stream newestStream() {
    return stream;
  }

  private String add(Change change, String shardId) {
    if (!stream.isEnabled()) {
      return null;
    }
    Shard shard = shardId == null ? ownerOf(change.keys()) : open(shardId);
    if (!(shard instanceof StoredShard stored)) {
      throw new IllegalArgumentException(
          "The records of table " + name + " are generated: nothing can be put.");
    }
    long sequence = owner.nextSequence();
    long now = owner.clock().millis();
    String number = SequenceNumbers.text(sequence);
    String eventId = "%032x".formatted(sequence * 0x9E3779B97F4A7C15L >>> 1);
    String json = change.json(owner.region(), view, number, eventId, Change.seconds(now));
    stored.add(json.getBytes(StandardCharsets.UTF_8), change.size(view), sequence, now);
    return number;
  }

  private Shard ownerOf(ObjectNode key) {
    CRC32 hash = new CRC32();
    hash.update(key.get(keys.get(0)).toString().getBytes(StandardCharsets.UTF_8));
    // Neighbouring keys have neighbouring checksums; the multiplication scatters them over the
    // shards.
    long place = hash.getValue() * 0x9E3779B97F4A7C15L >>> 32;
    for (Shard shard : stream.all()) {
      Shard.Origin origin = shard.origin();
      if (!shard.isClosed() && origin.lowHash() <= place && place < origin.highHash()) {
        return shard;
      }
    }
    throw new IllegalArgumentException(
        "No open shard of table " + name + " takes this key: name one, or put another key.");
  }

  private ObjectNode keyOf(ObjectNode item) {
    ObjectNode key = JsonNodeFactory.instance.objectNode();
    for (String attribute : keys) {
      JsonNode value = item.get(attribute);
      if (value == null) {
        throw new IllegalArgumentException(
            "The item of table " + name + " lacks its key " + attribute + ".");
      }
      key.set(attribute, value);
    }
    return key;
  }

  private String child(
      Shard parent, long low, long high, Duration listedAfter, Duration amongChildrenAfter) {
    StoredShard child =
        new StoredShard(
            new Shard.Origin(owner.nextShardId(), parent.id(), low, high, owner.nextSequence()));
    long now = owner.clock().millis();
    child.showFrom(now + listedAfter.toMillis(), now + amongChildrenAfter.toMillis());
    stream.add(child);
    return child.id();
  }

  private void close(Shard shard) {
    shard.close(owner.nextSequence(), owner.clock().millis());
  }

  private Shard open(String shardId) {
    Shard shard = known(shardId);
    if (shard.isClosed()) {
      throw new IllegalArgumentException(
          "The shard " + shardId + " of table " + name + " is closed.");
    }
    return shard;
  }

  private Shard known(String shardId) {
    Shard shard = stream.shard(shardId, owner.clock().millis());
    if (shard == null) {
      throw new IllegalArgumentException("Table " + name + " has no shard " + shardId + ".");
    }
    return shard;
  }
}
