package io.decisionstore.dynamodb.source.unreadable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SplitUnreadableTest {
  private static final TypeInformation<Row> ALL =
      Types.ROW_NAMED(
          new String[] {
            "created_at", "id", "raw", "decode_error", "shard_id", "sequence_number", "table"
          },
          Types.LONG,
          Types.STRING,
          Types.STRING,
          Types.STRING,
          Types.STRING,
          Types.STRING,
          Types.STRING);

  private static List<Row> readable(TypeInformation<Row> type, Row... rows) throws Exception {
    return SplitUnreadable.apply(stream(type, rows), "split").executeAndCollect(rows.length + 1);
  }

  private static List<Row> unreadable(TypeInformation<Row> type, Row... rows) throws Exception {
    return SplitUnreadable.unreadable(SplitUnreadable.apply(stream(type, rows), null))
        .executeAndCollect(rows.length + 1);
  }

  private static DataStream<Row> stream(TypeInformation<Row> type, Row... rows) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    return env.fromData(List.of(rows), type);
  }

  private final Row good = Row.of(1L, "a", null, null, "s", "1", "t");
  private final Row bad = Row.of(2L, null, "{raw}", "n: expected long, got S", "s", "2", "t");

  @Test
  void readableRowsGoOnAsTheyAre() throws Exception {
    assertThat(readable(ALL, good, bad, good)).containsExactly(good, good);
  }

  @Test
  void unreadableRowsTellTheirReasonRecordAndPlace() throws Exception {
    List<Row> found = unreadable(ALL, good, bad);
    assertThat(found)
        .containsExactly(Row.of("n: expected long, got S", "{raw}", "t", "s", "2", 2L));
  }

  @Test
  void whatIsNotDeclaredIsNullAndTheRecordStandsInForRaw() throws Exception {
    TypeInformation<Row> type =
        Types.ROW_NAMED(
            new String[] {"decode_error", "record", "table"},
            Types.STRING,
            Types.STRING,
            Types.INT);
    assertThat(unreadable(type, Row.of("why", "{record}", 7)))
        .containsExactly(Row.of("why", "{record}", null, null, null, null));
  }

  @Test
  void rowsWithoutTheFieldsAreASentence() {
    assertThatThrownBy(
            () ->
                SplitUnreadable.of(
                    Types.ROW_NAMED(
                        new String[] {"id", "decode_error"}, Types.STRING, Types.STRING)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[id, decode_error]: declare metadata(\"decode_error\")");
    assertThatThrownBy(() -> SplitUnreadable.of(Types.ROW(Types.STRING)))
        .hasMessageContaining("[f0]");
  }
}
