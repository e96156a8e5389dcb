package io.decisionstore.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * Bytes allocated by all threads of this process.
 *
 * <p>Java 17 tells it by living thread only, so what a thread allocated between the last update and
 * its end is missed: little, as the threads that read and decode live as long as the job.
 */
final class AllocatedBytes {
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Map<Long, Long> byThread = new HashMap<>();

  void update() {
    long[] ids = threads.getAllThreadIds();
    long[] bytes = threads.getThreadAllocatedBytes(ids);
    for (int i = 0; i < ids.length; i++) {
      if (bytes[i] >= 0) {
        byThread.merge(ids[i], bytes[i], Math::max);
      }
    }
  }

  long total() {
    return byThread.values().stream().mapToLong(Long::longValue).sum();
  }
}
