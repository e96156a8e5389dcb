package io.decisionstore.dynamodb.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * An answer of GetRecords. Its bytes are those that go over the wire.
 *
 * <p>Pages made in process own their bytes; the HTTP layer uses a page's bytes again once they are
 * sent.
 */
public final class RecordsPage {
  private final Bytes body;
  private final String nextIterator;
  private final int[] ends;

  RecordsPage(Bytes body, String nextIterator, int[] ends) {
    this.body = body;
    this.nextIterator = nextIterator;
    this.ends = ends;
  }

  /** The whole answer: {"NextShardIterator":…,"Records":[…]}. */
  public byte[] body() {
    return body.copy();
  }

  /** Where to read on; null at the end of a closed shard. */
  public String nextIterator() {
    return nextIterator;
  }

  /** How many records. */
  public int size() {
    return ends.length - 1;
  }

  /** Each record's JSON. */
  public List<byte[]> records() {
    List<byte[]> records = new ArrayList<>(size());
    for (int i = 0; i < size(); i++) {
      int comma = i == 0 ? 0 : 1;
      records.add(body.copy(ends[i] + comma, ends[i + 1]));
    }
    return records;
  }

  Bytes bytes() {
    return body;
  }
}
