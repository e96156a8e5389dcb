package io.decisionstore.dynamodb.source.enumerator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ends of shards that no completed checkpoint holds.
 *
 * <p>The reader that told one goes back before it if it fails; and the shard's last records may
 * still lie in network buffers, so that its children must be read where it was read itself. Neither
 * is so once a checkpoint that holds the end has completed.
 */
final class Ends {
  private static final long NO_CHECKPOINT = Long.MAX_VALUE;

  /**
   * A shard's end.
   *
   * @param subtask whose reader told it
   * @param checkpointId the first checkpoint of the enumerator that holds it
   */
  private record End(int subtask, long checkpointId) {}

  private final Map<String, End> uncheckpointed = new HashMap<>();

  void told(String splitId, int subtask) {
    uncheckpointed.put(splitId, new End(subtask, NO_CHECKPOINT));
  }

  void snapshot(long checkpointId) {
    uncheckpointed.replaceAll(
        (splitId, end) -> new End(end.subtask(), Math.min(end.checkpointId(), checkpointId)));
  }

  void completed(long checkpointId) {
    uncheckpointed.values().removeIf(end -> end.checkpointId() <= checkpointId);
  }

  /** A reader failed: the ends it told since the last completed checkpoint; they count no more. */
  List<String> takeBack(int subtask) {
    List<String> back = new ArrayList<>();
    uncheckpointed
        .entrySet()
        .removeIf(end -> end.getValue().subtask() == subtask && back.add(end.getKey()));
    return back;
  }

  /** Whether no completed checkpoint holds the end of a shard that has told it. */
  boolean uncheckpointed(String splitId) {
    return uncheckpointed.containsKey(splitId);
  }

  /** Where the children of a shard must be read; null if anywhere. */
  Integer boundTo(String splitId) {
    End end = uncheckpointed.get(splitId);
    return end == null ? null : end.subtask();
  }
}
