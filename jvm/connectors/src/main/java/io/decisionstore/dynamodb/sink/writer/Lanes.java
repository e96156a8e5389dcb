package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.item.ItemWrite;
import io.decisionstore.dynamodb.sink.item.KeyValue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The partition keys that are held back, each for itself. */
final class Lanes {
  private final Map<KeyValue, Lane> lanes = new HashMap<>();
  private final Deque<Lane> withRoom = new ArrayDeque<>();
  private int waiting;

  /** The lane of a partition key, or null. */
  Lane of(KeyValue partition) {
    return lanes.isEmpty() ? null : lanes.get(partition);
  }

  /** The lane of a partition key, which is held back from now on. */
  Lane open(KeyValue partition) {
    return lanes.computeIfAbsent(partition, Lane::new);
  }

  void add(Lane lane, Pending write, boolean first) {
    if (first) {
      lane.addFirst(write);
    } else {
      lane.add(write);
    }
    waiting++;
    list(lane);
  }

  /**
   * Writes that may go now, of several lanes in turn; the first whatever its size.
   *
   * @param most writes, as the other limits are
   * @param mostUnits write units by size
   */
  void take(int most, long mostBytes, int mostUnits, List<Pending> taken) {
    long bytes = 0;
    long units = 0;
    while (taken.size() < most && !withRoom.isEmpty()) {
      Lane lane = withRoom.peekFirst();
      if (lane.room() > 0) {
        ItemWrite next = lane.first().write();
        bytes += next.size();
        units += next.writeUnits();
        if ((bytes > mostBytes || units > mostUnits) && !taken.isEmpty()) {
          return;
        }
      }
      withRoom.pollFirst();
      lane.setListed(false);
      if (lane.room() > 0) {
        Pending write = lane.take();
        waiting--;
        write.sent(lane);
        taken.add(write);
        list(lane);
      }
    }
  }

  /** A write of the lane is not underway any more. */
  void returned(Lane lane) {
    lane.returned();
    list(lane);
  }

  /** Puts it among those with room, if it has some. */
  void list(Lane lane) {
    if (!lane.isListed() && lane.room() > 0) {
      lane.setListed(true);
      withRoom.addLast(lane);
    }
  }

  /** Ends the lanes that are over. */
  void sweep(long now) {
    lanes.values().removeIf(lane -> lane.isOver(now));
  }

  /** Lanes that have room: at least so many writes may go now. */
  int due() {
    return withRoom.size();
  }

  /** Writes that wait for their partition. */
  int waiting() {
    return waiting;
  }

  int count() {
    return lanes.size();
  }
}
