package io.decisionstore.dynamodb.testing;

/**
 * Which records a page holds.
 *
 * @param ends whether the shard is closed and has no more
 */
record PageCut(Shard shard, long from, long to, boolean ends) {

  static PageCut of(Shard shard, long from, int most, StreamedTable table) {
    // In this order: what is closed when asked has all its records when they are counted
    // afterwards.
    boolean closed = shard.isClosed();
    long count = shard.count();
    long until = Math.min(count, from + Math.min(most, table.pageRecords()));
    long bytes = 0;
    long to = from;
    while (to < until) {
      bytes += shard.sizeAt(to);
      if (bytes > table.pageBytes() && to > from) {
        break;
      }
      to++;
    }
    return new PageCut(shard, from, to, closed && to >= count);
  }

  RecordsPage page(String nextIterator, Bytes out) {
    out.one('{');
    if (nextIterator != null) {
      out.ascii("\"NextShardIterator\":\"").ascii(nextIterator).ascii("\",");
    }
    out.ascii("\"Records\":[");
    int[] ends = new int[(int) (to - from) + 1];
    ends[0] = out.length();
    for (long index = from; index < to; index++) {
      if (index > from) {
        out.one(',');
      }
      shard.append(out, index);
      ends[(int) (index - from) + 1] = out.length();
    }
    out.ascii("]}");
    return new RecordsPage(out, nextIterator, ends);
  }
}
