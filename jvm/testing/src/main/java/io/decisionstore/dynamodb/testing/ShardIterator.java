package io.decisionstore.dynamodb.testing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A place in a shard, as handed to readers: to them an opaque string.
 *
 * @param index of the next record, counted from the shard's first, trimmed ones included
 * @param issuedAt server time in ms; it expires by this
 * @param chain which GetShardIterator it descends from: a reader
 * @param latest whether that one was LATEST: such a reader owes nothing to the shard's parent
 */
record ShardIterator(
    String streamArn, String shardId, long index, long issuedAt, long chain, boolean latest) {

  ShardIterator next(long nextIndex, long now) {
    return new ShardIterator(streamArn, shardId, nextIndex, now, chain, latest);
  }

  String text() {
    String place = shardId + " " + index + " " + issuedAt + " " + chain + (latest ? " L" : " -");
    return streamArn
        + "|1|"
        + Base64.getEncoder().encodeToString(place.getBytes(StandardCharsets.UTF_8));
  }

  static ShardIterator parse(String text) {
    try {
      String[] parts = text.split("\\|", 3);
      String[] place =
          new String(Base64.getDecoder().decode(parts[2]), StandardCharsets.UTF_8).split(" ");
      return new ShardIterator(
          parts[0],
          place[0],
          Long.parseLong(place[1]),
          Long.parseLong(place[2]),
          Long.parseLong(place[3]),
          place[4].equals("L"));
    } catch (RuntimeException malformed) {
      throw ServiceException.invalid("Invalid ShardIterator");
    }
  }
}
