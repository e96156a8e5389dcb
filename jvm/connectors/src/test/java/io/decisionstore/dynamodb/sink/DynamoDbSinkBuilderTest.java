package io.decisionstore.dynamodb.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.dynamodb.fields.Field;
import io.decisionstore.dynamodb.fields.FieldType.ListOf;
import io.decisionstore.dynamodb.fields.FieldType.RowOf;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;
import io.decisionstore.dynamodb.fields.FieldType.SetOf;
import io.decisionstore.dynamodb.sink.config.Capacity;
import io.decisionstore.dynamodb.sink.config.Limits;
import io.decisionstore.dynamodb.sink.config.RowRules;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import io.decisionstore.dynamodb.sink.config.SinkField;
import io.decisionstore.dynamodb.sink.config.SinkField.Role;
import io.decisionstore.dynamodb.sink.config.WriteMode;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DynamoDbSinkBuilderTest {

  private static DynamoDbSinkBuilder builder() {
    return DynamoDbSink.builder()
        .setTable("t")
        .setRegion("r")
        .addField("id", null, "STRING", "PARTITION_KEY")
        .addField("version", null, "LONG", "ATTRIBUTE");
  }

  @Test
  void whatIsNotSaidIsAsDocumented() {
    assertThat(builder().config())
        .isEqualTo(
            new SinkConfig(
                "t",
                "r",
                null,
                List.of(
                    new SinkField("id", "id", Scalar.STRING, Role.PARTITION_KEY),
                    new SinkField("version", "version", Scalar.LONG, Role.ATTRIBUTE)),
                WriteMode.put(),
                RowRules.DEFAULT,
                Capacity.auto(0.98),
                new Limits(50, 25, 5, 10_000, 64L << 20),
                false));
  }

  @Test
  void whatIsSaidIsInTheConfiguration() {
    SinkConfig config =
        builder()
            .addField(
                "{\"name\":\"a\",\"attribute\":\"b\",\"type\":{\"list\":{\"row\":[{\"name\":\"zip\",\"attribute\":\"z\",\"type\":\"INT\"}]}}}",
                "ATTRIBUTE")
            .addField("{\"name\":\"s\",\"attribute\":\"s\",\"type\":{\"set\":\"BYTES\"}}", "ADD")
            .addField("{\"name\":\"e\",\"attribute\":\"e\",\"type\":\"LONG\"}", "TIME_TO_LIVE")
            .setUpdate("version")
            .setWritesNulls(true)
            .setFixedCapacity(100)
            .setMaxInFlightRequests(1)
            .setMaxBatchSize(2)
            .setMaxTimeInBufferMs(3)
            .setMaxBufferedRequests(4)
            .setMaxBufferedBytes(5 << 20)
            .config();
    assertThat(config.fields().subList(2, 5))
        .containsExactly(
            new SinkField(
                "a",
                "b",
                new ListOf(new RowOf(List.of(new Field("zip", "z", Scalar.INT)))),
                Role.ATTRIBUTE),
            new SinkField("s", "s", new SetOf(Scalar.BYTES), Role.ADD),
            new SinkField("e", "e", Scalar.LONG, Role.TIME_TO_LIVE));
    assertThat(config.mode()).isEqualTo(WriteMode.update("version"));
    assertThat(config.rows()).isEqualTo(new RowRules(true, null, null));
    assertThat(config.capacity()).isEqualTo(Capacity.fixed(100));
    assertThat(config.limits()).isEqualTo(new Limits(1, 2, 3, 4, 5 << 20));
    assertThat(
            builder()
                .setPutIfNewer("version", "gone")
                .setDeleteFlag("d")
                .setItemField("i")
                .config())
        .extracting(SinkConfig::mode, SinkConfig::rows)
        .containsExactly(WriteMode.putIfNewer("version", "gone"), new RowRules(false, "d", "i"));
    assertThat(builder().setDelete().setCapacityShare(0.5).config())
        .extracting(SinkConfig::mode, SinkConfig::capacity)
        .containsExactly(WriteMode.delete(), Capacity.auto(0.5));
  }

  static List<Arguments> impossible() {
    return List.of(
        refused(b -> b.addField("x", null, "LONG", "ADD"), "x cannot be added: update mode"),
        refused(b -> b.setUpdate(null).addField("x", null, "STRING", "ADD"), "x cannot be added"),
        refused(b -> b.addField("x", null, "INT", "TIME_TO_LIVE"), "time to live x is a long"),
        refused(b -> b.addField("x", null, "BOOLEAN", "SORT_KEY"), "key x cannot be a boolean"),
        refused(b -> b.setUpdate("nothing"), "The version nothing must be one of the fields"),
        refused(
            b -> b.setPutIfNewer("version").setDeleteFlag("d"), "Deleting by d needs a tombstone"),
        refused(b -> b.setUpdate("version").setDeleteFlag("d"), "deletes nothing"),
        refused(b -> b.setDelete().setDeleteFlag("d"), "d says nothing"),
        refused(b -> b.setUpdate(null).setItemField("i"), "takes fields, not whole items"),
        refused(
            b -> b.setPutIfNewer("version", "id"), "The tombstone id is an attribute of its own"),
        refused(b -> b.setMaxBufferedBytes(1000), "at least 1 MB"),
        refused(b -> b.setCapacityShare(1.5), "at most 1, not 1.5"),
        refused(b -> b.setFixedCapacity(0), "more than 0 write units"),
        refused(b -> b.addField("[", "ATTRIBUTE"), "A field is not JSON"),
        refused(
            b ->
                b.addField(
                    "{\"name\":\"x\",\"attribute\":\"x\",\"type\":{\"map\":{\"row\":[{\"name\":\"y\",\"attribute\":\"y\",\"aliases\":[\"z\"],\"type\":\"INT\"}]}}}",
                    "ATTRIBUTE"),
            "The field y has aliases or a default, and these are for reading"),
        refused(
            b ->
                b.addField(
                    "{\"name\":\"x\",\"attribute\":\"x\",\"default\":{\"N\":\"1\"},\"type\":\"INT\"}",
                    "ATTRIBUTE"),
            "The field x has aliases or a default"));
  }

  private static Arguments refused(UnaryOperator<DynamoDbSinkBuilder> change, String sentence) {
    return Arguments.of(change, sentence);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("impossible")
  void impossibleOptionsAreRefusedWithASentence(
      UnaryOperator<DynamoDbSinkBuilder> change, String sentence) {
    assertThatThrownBy(() -> change.apply(builder()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence);
  }
}
