package io.decisionstore.dynamodb.sink.writer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.junit.jupiter.api.Test;

class FlinkTaskThreadTest {
  private long timeOfDay = 3_600_000;

  private final ProcessingTimeService timers =
      new ProcessingTimeService() {
        @Override
        public long getCurrentProcessingTime() {
          return timeOfDay;
        }

        @Override
        public ScheduledFuture<?> registerTimer(long time, ProcessingTimeCallback target) {
          throw new UnsupportedOperationException();
        }
      };

  @Test
  void aTimeOfDayThatIsSetBackStopsNothing() {
    FlinkTaskThread task = new FlinkTaskThread(null, timers);
    long before = task.now();
    timeOfDay = 0;
    assertThat(task.now() - before).isBetween(0L, 60_000L);
  }
}
