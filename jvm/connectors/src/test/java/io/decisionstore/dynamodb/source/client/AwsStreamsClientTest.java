package io.decisionstore.dynamodb.source.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decisionstore.dynamodb.source.Configs;
import io.decisionstore.dynamodb.source.client.StreamsClient.ListedShard;
import io.decisionstore.dynamodb.source.client.StreamsClient.Page;
import io.decisionstore.dynamodb.source.client.StreamsException.Kind;
import io.decisionstore.dynamodb.source.split.ShardSplit;
import io.decisionstore.dynamodb.testing.FaultKind;
import io.decisionstore.dynamodb.testing.Operation;
import io.decisionstore.dynamodb.testing.ScriptedServer;
import io.decisionstore.dynamodb.testing.ScriptedStreams;
import io.decisionstore.dynamodb.testing.StreamedTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** The AWS SDK's client against the scripted server, over HTTP. */
@Timeout(60)
class AwsStreamsClientTest {
  private final ScriptedStreams streams = new ScriptedStreams();
  private final StreamedTable table = streams.createTable("t", 1);
  private final String shard = table.shards().get(0).shardId();
  private ScriptedServer server;
  private AwsStreamsClient client;

  @BeforeEach
  void open() throws IOException {
    System.setProperty("aws.accessKeyId", "local");
    System.setProperty("aws.secretAccessKey", "local");
    server = ScriptedServer.start(streams, 0);
    client = new AwsStreamsClient(Configs.at(server.url()));
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  private ShardSplit split() {
    return ShardSplit.fromStart(table.streamArn(), shard, 0, 0, Long.MAX_VALUE);
  }

  private static String text(Page page) {
    return new String(page.body(), 0, page.length(), StandardCharsets.UTF_8);
  }

  private static Kind kindOfRead(AwsStreamsClient client, String iterator) {
    CompletionException failure =
        catchThrowableOfType(CompletionException.class, () -> client.read(iterator).join());
    return ((StreamsException) failure.getCause()).kind();
  }

  @Test
  void aPageComesAsDynamoDbSentIt() {
    table.put(Map.of("id", "a", "text", "ä\"\\ü"));
    Page page = client.read(client.iterator(split()).join()).join();
    assertThat(text(page))
        .startsWith("{")
        .endsWith("}")
        .contains("\"id\":{\"S\":\"a\"}")
        .contains("NextShardIterator");
    assertThat(streams.report().records()).isEqualTo(1);
  }

  @Test
  void reflectsWhereToReadOn() {
    table.put(Map.of("id", "a"));
    String second = table.put(Map.of("id", "b"));
    table.put(Map.of("id", "c"));
    ShardSplit after = split().after(second, 0);
    assertThat(text(client.read(client.iterator(after).join()).join()))
        .contains("\"id\":{\"S\":\"c\"}")
        .doesNotContain("\"id\":{\"S\":\"b\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "THROTTLED, THROTTLED",
    "LIMIT_EXCEEDED, THROTTLED",
    "THROTTLING, THROTTLED",
    "INTERNAL_ERROR, TRANSIENT",
    "UNAVAILABLE, TRANSIENT",
    "CUT_BEFORE, TRANSIENT",
    "CUT_IN_BODY, TRANSIENT",
    "EXPIRED_ITERATOR, EXPIRED_ITERATOR",
    "TRIMMED, TRIMMED",
    "NOT_FOUND, NOT_FOUND",
    "ACCESS_DENIED, FATAL",
    "UNRECOGNIZED_CLIENT, FATAL",
  })
  void aFailureIsToldByWhatIsToBeDoneAboutIt(FaultKind fault, Kind kind) {
    table.put(Map.of("id", "a"));
    String iterator = client.iterator(split()).join();
    streams.faults().fail(Operation.GET_RECORDS, fault, 1);
    assertThat(kindOfRead(client, iterator)).isEqualTo(kind);
    assertThat(text(client.read(iterator).join())).contains("\"id\":{\"S\":\"a\"}");
  }

  @Test
  void aRefusedConnectionPasses() throws IOException {
    String nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = "http://127.0.0.1:" + socket.getLocalPort();
    }
    try (AwsStreamsClient refused = new AwsStreamsClient(Configs.at(nobody))) {
      assertThat(kindOfRead(refused, "iterator")).isEqualTo(Kind.TRANSIENT);
    }
  }

  @Test
  void allShardsAreListedPageByPage() {
    StreamedTable wide = streams.createTable("wide", 250);
    List<ListedShard> shards = client.shards(wide.streamArn());
    assertThat(shards).hasSize(250).allMatch(listed -> !listed.closed());
  }

  @Test
  void theChildrenOfAShardAreAskedForAlone() {
    streams.createTable("other", 3);
    List<String> children = table.split(shard);
    assertThat(client.children(table.streamArn(), shard))
        .extracting(ListedShard::shardId)
        .containsExactlyInAnyOrderElementsOf(children);
    assertThat(client.shards(table.streamArn()).get(0).closed()).isTrue();
  }

  @Test
  void theStreamsOfATableComeOldestFirst() {
    String old = table.streamArn();
    table.disable();
    String next = table.enable();
    assertThat(client.streamsOf("t"))
        .extracting(StreamsClient.TableStream::arn)
        .containsExactly(old, next);
    assertThat(client.streamsOf("absent")).isEmpty();
  }

  @Test
  void whatCannotBeAskedIsASentence() {
    streams.faults().fail(Operation.DESCRIBE_STREAM, FaultKind.ACCESS_DENIED, 1);
    Throwable failure = catchThrowable(() -> client.shards(table.streamArn()));
    assertThat(failure)
        .isInstanceOf(StreamsException.class)
        .hasMessageContaining(
            "The stream " + table.streamArn() + " cannot be read at " + server.url())
        .hasMessageContaining("dynamodb:");
    assertThat(((StreamsException) failure).kind()).isEqualTo(Kind.FATAL);
  }

  @Test
  void aHostThatIsNotThereIsASentenceAndMayComeBack() {
    try (AwsStreamsClient lost = new AwsStreamsClient(Configs.at("http://nowhere.invalid"))) {
      Throwable failure = catchThrowable(() -> lost.streamsOf("t"));
      assertThat(failure)
          .hasMessageContaining(
              "The table t cannot be read at http://nowhere.invalid: there is no such host. Check");
      assertThat(((StreamsException) failure).kind()).isEqualTo(Kind.TRANSIENT);
    }
  }

  @Test
  void missingCredentialsDoNotPass() {
    Throwable failure = SdkClientException.create("Unable to load credentials from any provider");
    assertThat(AwsStreamsClient.kindOf(failure)).isEqualTo(Kind.FATAL);
  }

  @Test
  void anAnswerWithoutAnErrorCodeIsJudgedByItsStatus() {
    AwsErrorDetails page = AwsErrorDetails.builder().errorMessage("a proxy's page").build();
    assertThat(
            AwsStreamsClient.kindOf(
                DynamoDbException.builder().statusCode(403).awsErrorDetails(page).build()))
        .isEqualTo(Kind.FATAL);
    assertThat(
            AwsStreamsClient.kindOf(
                DynamoDbException.builder().statusCode(502).awsErrorDetails(page).build()))
        .isEqualTo(Kind.TRANSIENT);
  }
}
