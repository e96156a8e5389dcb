package io.decisionstore.bench;

import java.time.Instant;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/**
 * The rows of one subtask, by number.
 *
 * <p>Cheap to make, so that the sink is what is measured: all but the key, the version and the time
 * comes from a pool. A key belongs to one subtask, and its versions rise by one, from 1.
 */
final class LoadRows {
  static final String[] NAMES = {
    "entity",
    "use_case",
    "version",
    "created_at",
    "customer_id",
    "state",
    "amount",
    "score",
    "active",
    "updated_at",
    "policy",
    "payload"
  };
  static final TypeInformation<Row> TYPE =
      Types.ROW_NAMED(
          NAMES,
          Types.STRING,
          Types.STRING,
          Types.LONG,
          Types.LONG,
          Types.STRING,
          Types.STRING,
          Types.DOUBLE,
          Types.DOUBLE,
          Types.BOOLEAN,
          Types.LONG,
          Types.STRING,
          Types.STRING);

  private static final int KEY_FIELDS = 4;
  private static final int POOL = 1_024;
  private static final String HOT_ENTITY = "hot";

  private final Load share;
  private final String prefix;
  private final Object[][] pool = new Object[POOL][];

  LoadRows(Load share, int subtask) {
    this.share = share;
    this.prefix = "e" + subtask + "-";
    Random random = new Random(subtask);
    for (int i = 0; i < POOL; i++) {
      pool[i] =
          new Object[] {
            "customer-%08d".formatted(random.nextInt(100_000_000)),
            i % 2 == 0 ? "APPROVED" : "DECLINED",
            random.nextInt(100_000) / 100.0,
            random.nextInt(1_000) / 1000.0,
            random.nextBoolean(),
            1_700_000_000_000L + random.nextInt(1_000_000_000),
            "policy-%d.%d".formatted(random.nextInt(100), random.nextInt(100)),
            text(random, share.payloadBytes())
          };
    }
  }

  /** After so many rows each key that was begun has all its versions. */
  long block() {
    return share.keys() == 0 ? 1 : Math.max(1L, (long) share.keys() * share.versions());
  }

  /** The row of that number, made now. */
  Row row(long number) {
    long hotBefore = (long) (number * share.hotShare());
    boolean hot = (long) ((number + 1) * share.hotShare()) > hotBefore;
    long of = hot ? hotBefore : number - hotBefore;
    int keys = hot ? share.hotKeys() : share.keys();
    int versions = hot ? 0 : share.versions();
    long key;
    long version;
    if (keys == 0) {
      key = of;
      version = 1;
    } else if (versions == 0) {
      key = of % keys;
      version = of / keys + 1;
    } else {
      long block = (long) keys * versions;
      key = of / block * keys + of % keys;
      version = of % block / keys + 1;
    }

    Row row = new Row(NAMES.length);
    row.setField(0, hot ? HOT_ENTITY : prefix + key);
    row.setField(1, hot ? prefix + key : "bench");
    row.setField(2, version);
    Instant now = Instant.now();
    row.setField(3, now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000);
    Object[] rest = pool[(int) (number % POOL)];
    for (int i = 0; i < rest.length; i++) {
      row.setField(KEY_FIELDS + i, rest[i]);
    }
    return row;
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }
}
