package io.decisionstore.operators.archive;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Lets the first event of each decision and revision pass. At-least-once producers may write an
 * identity again after a failure; those are counted as {@code redelivered}.
 */
final class FirstOfEachIdentity extends KeyedProcessFunction<String, Row, Row> {
  private static final long serialVersionUID = 1L;

  private final long retentionMs;
  private transient MapState<Integer, Boolean> archived;
  private transient Counter redelivered;

  FirstOfEachIdentity(long retentionMs) {
    this.retentionMs = retentionMs;
  }

  @Override
  public void open(OpenContext context) {
    MapStateDescriptor<Integer, Boolean> revisions =
        new MapStateDescriptor<>("archived-revisions", Types.INT, Types.BOOLEAN);
    revisions.enableTimeToLive(StateTtlConfig.newBuilder(Duration.ofMillis(retentionMs)).build());
    archived = getRuntimeContext().getMapState(revisions);
    redelivered = getRuntimeContext().getMetricGroup().counter("redelivered");
  }

  @Override
  public void processElement(Row event, Context context, Collector<Row> out) throws Exception {
    Integer revision = (Integer) event.getField(ArchiveRows.REVISION);
    if (archived.contains(revision)) {
      redelivered.inc();
      return;
    }
    archived.put(revision, true);
    out.collect(event);
  }
}
