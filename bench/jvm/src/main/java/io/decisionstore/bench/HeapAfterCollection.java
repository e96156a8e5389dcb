package io.decisionstore.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * The whole heap in use after the last collection, and after the last full one.
 *
 * <p>The memory pools' own figure is of no use here: G1 tells of its old generation only after a
 * full collection, which a healthy process never has.
 */
final class HeapAfterCollection {
  private final Set<String> heapPools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toSet());
  private volatile long bytes;
  private volatile long fullBytes;

  HeapAfterCollection() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector)
          .addNotificationListener((told, none) -> note(told), null, null);
    }
  }

  /** 0 before the first collection. */
  long bytes() {
    return bytes;
  }

  /** After a full collection, which only happens when it is asked for; 0 before. */
  long fullBytes() {
    return fullBytes;
  }

  private void note(Notification told) {
    if (!told.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      return;
    }
    GarbageCollectionNotificationInfo collection =
        GarbageCollectionNotificationInfo.from((CompositeData) told.getUserData());
    Map<String, MemoryUsage> after = collection.getGcInfo().getMemoryUsageAfterGc();
    bytes =
        heapPools.stream()
            .map(after::get)
            .filter(usage -> usage != null)
            .mapToLong(MemoryUsage::getUsed)
            .sum();
    if (collection.getGcAction().equals("end of major GC")) {
      fullBytes = bytes;
    }
  }
}
