package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.decisionstore.dynamodb.source.config.Column.Metadata;
import java.util.Arrays;
import org.apache.flink.types.Row;

/**
 * The records of a page. Rows and sequence numbers are made when asked for, anew each time; for one
 * thread.
 */
public final class DecodedPage {
  /** Of a record that does not say when it was created; Flink's {@code NO_TIMESTAMP}. */
  public static final long UNKNOWN_TIME = Long.MIN_VALUE;

  // Where a record's places are, from its base; 0 where the record has no such thing.
  static final int START = 0;
  static final int END = 1;
  static final int EVENT_NAME = 2;
  static final int SEQUENCE_NUMBER = 3;
  static final int KEYS = 4;
  static final int NEW_IMAGE = 5;
  static final int OLD_IMAGE = 6;
  static final int ATTRIBUTES = 7;

  private static final String[] EVENT_NAMES = {"INSERT", "MODIFY", "REMOVE"};
  private static final byte[][] EVENT_NAME_BYTES =
      Arrays.stream(EVENT_NAMES).map(name -> name.getBytes(UTF_8)).toArray(byte[][]::new);

  /** The time of the record that is being located. */
  long createdAt;

  final JsonReader json;
  private final PageDecoder decoder;
  private final String table;
  private final String shardId;
  private final int stride;
  private int[] places;
  private long[] times;
  private int size;
  private int skipped;
  private boolean reachedUntil;
  private int lastSequenceNumber;
  private long lastCreatedAt;
  private String misfits;

  DecodedPage(PageDecoder decoder, JsonReader json, String table, String shardId) {
    this.decoder = decoder;
    this.json = json;
    this.table = table;
    this.shardId = shardId;
    this.stride = decoder.stride();
    int guess = Math.max(4, Math.min(1_000, json.end / 512));
    this.places = new int[guess * stride];
    this.times = new long[guess];
  }

  /** Room for the next record, at {@link #base}. */
  int[] next() {
    if (size == times.length) {
      places = Arrays.copyOf(places, 2 * places.length);
      times = Arrays.copyOf(times, 2 * times.length);
    }
    Arrays.fill(places, base(), base() + stride, 0);
    createdAt = UNKNOWN_TIME;
    return places;
  }

  int base() {
    return size * stride;
  }

  /** Keeps the record that was located, or skips it; false: it is after the end. */
  boolean take(long from, long until) {
    boolean known = createdAt != UNKNOWN_TIME;
    if (known && createdAt > until) {
      reachedUntil = true;
      return false;
    }
    lastSequenceNumber = places[base() + SEQUENCE_NUMBER];
    lastCreatedAt = known ? createdAt : 0;
    if (known && createdAt < from) {
      skipped++;
    } else {
      times[size++] = createdAt;
    }
    return true;
  }

  /** How many records were kept. */
  public int size() {
    return size;
  }

  /** A record as a row of the declared columns. */
  public Row row(int index) {
    int base = index * stride;
    int columns = decoder.columns();
    Row row = new Row(columns);
    String error = null;
    for (int i = 0; i < columns; i++) {
      if (decoder.metadata(i) == null) {
        try {
          row.setField(i, decoder.read(i, json, places, base));
        } catch (Misfit misfit) {
          error = error == null ? misfit.getMessage() : error + "; " + misfit.getMessage();
        }
      }
    }
    for (int i = 0; i < columns; i++) {
      Metadata which = decoder.metadata(i);
      if (which != null) {
        row.setField(i, metadata(which, index, error));
      }
    }
    misfits = error;
    return row;
  }

  /** What did not fit in the row made last, null if all did; names fields and types, no values. */
  public String misfits() {
    return misfits;
  }

  /** When a record was created, epoch ms; {@link #UNKNOWN_TIME} where it does not say. */
  public long createdAt(int index) {
    return times[index];
  }

  public String sequenceNumber(int index) {
    return digits(places[index * stride + SEQUENCE_NUMBER]);
  }

  /** Whether a record created after the end was met; it and those after it are not here. */
  public boolean reachedUntil() {
    return reachedUntil;
  }

  /** How many records were created before the beginning, and are not here. */
  public int skipped() {
    return skipped;
  }

  /** Of the last record, skipped ones too; null: the page had none before the end. */
  public String lastSequenceNumber() {
    return lastSequenceNumber == 0 ? null : digits(lastSequenceNumber);
  }

  /** As {@link #lastSequenceNumber}: epoch ms; 0: there is none, or it does not say. */
  public long lastCreatedAt() {
    return lastCreatedAt;
  }

  private Object metadata(Metadata which, int index, String error) {
    int base = index * stride;
    return switch (which) {
      case EVENT_KIND -> eventName(places[base + EVENT_NAME]);
      case SEQUENCE_NUMBER -> sequenceNumber(index);
      case SHARD_ID -> shardId;
      case TABLE -> table;
      case CREATED_AT -> times[index] == UNKNOWN_TIME ? null : (Object) times[index];
      case DECODE_ERROR -> error;
      case RAW -> error == null && places[base + NEW_IMAGE] > 0 ? null : record(base);
      case RECORD -> record(base);
    };
  }

  private String record(int base) {
    int start = places[base + START];
    return new String(json.body, start, places[base + END] - start, UTF_8);
  }

  private String eventName(int place) {
    if (place == 0 || json.body[place] != '"') {
      return null;
    }
    for (int i = 0; i < EVENT_NAMES.length; i++) {
      byte[] name = EVENT_NAME_BYTES[i];
      int end = place + 1 + name.length;
      if (end < json.end
          && json.body[end] == '"'
          && Arrays.equals(json.body, place + 1, end, name, 0, name.length)) {
        return EVENT_NAMES[i];
      }
    }
    try {
      return string(place);
    } catch (MalformedPageException malformed) {
      return null;
    }
  }

  /** A number without escapes, as the decoder has seen. */
  private String digits(int place) {
    try {
      return string(place);
    } catch (MalformedPageException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private String string(int place) throws MalformedPageException {
    json.position = place;
    json.takeString();
    return json.text();
  }
}
