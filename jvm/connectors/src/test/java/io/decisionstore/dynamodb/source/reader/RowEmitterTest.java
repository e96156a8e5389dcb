package io.decisionstore.dynamodb.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.source.Configs;
import io.decisionstore.dynamodb.source.ScriptedClient;
import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.source.config.Column.Origin;
import io.decisionstore.dynamodb.source.config.LossPolicy;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import io.decisionstore.dynamodb.source.decode.PageDecoder;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.source.split.ShardSplitState;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

class RowEmitterTest {

  @Test
  void recordsThatDoNotFitAreEmittedAndCountedWhetherRowsTellItOrNot() throws Exception {
    Column number = new Column("n", Origin.NEW_IMAGE, "id", Scalar.LONG);
    for (List<Column> columns :
        List.of(List.of(number), List.of(number, Column.of("why", Metadata.DECODE_ERROR)))) {
      SourceConfig config = Configs.of(LossPolicy.FAIL, columns);
      MemoryBudget memory = new MemoryBudget(1);
      ReaderMetrics metrics = new ReaderMetrics(new UnregisteredMetricsGroup(), memory);
      RowEmitter emitter = new RowEmitter(config, metrics);
      byte[] body =
          ScriptedClient.page("next", ScriptedClient.record("1", 5), ScriptedClient.record("2", 6));
      PageRecords page =
          new PageRecords(
              "split",
              new PageDecoder(columns).decode(body, body.length, "t", "s", 0, Long.MAX_VALUE),
              false,
              () -> {});
      Collected rows = new Collected();
      ShardSplitState state =
          new ShardSplitState(ShardSplit.fromStart("arn", "s", 0, 0, Long.MAX_VALUE));
      page.nextSplit();
      while (page.nextRecordFromSplit() != null) {
        emitter.emitRecord(page, rows, state);
      }
      assertThat(rows.times).containsExactly(5_000L, 6_000L);
      assertThat(metrics.unreadableRecords.getCount()).isEqualTo(2);
      assertThat(state.split().position()).isEqualTo("2");
    }
  }

  private static final class Collected implements SourceOutput<Row> {
    final List<Long> times = new ArrayList<>();

    @Override
    public void collect(Row row) {
      throw new AssertionError("the records have a time");
    }

    @Override
    public void collect(Row row, long timestamp) {
      times.add(timestamp);
    }

    @Override
    public void emitWatermark(Watermark watermark) {}

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}
  }
}
