package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseScannerTest {
  private static final String RECORDS =
      """
      "Records":[{"dynamodb":{"NewImage":{
        "NextShardIterator":{"S":"no"},
        "text":{"S":"{\\"NextShardIterator\\":\\"no\\"}"},
        "end":{"S":"x,\\"NextShardIterator\\":\\"no\\"}"}}}}]""";

  private static String next(String body) throws MalformedPageException {
    byte[] bytes = body.getBytes(UTF_8);
    return ResponseScanner.nextIterator(bytes, bytes.length);
  }

  @Test
  void theIteratorIsFoundAtTheHeadInTheMiddleAndAtTheTail() throws MalformedPageException {
    assertThat(next("{\"NextShardIterator\":\"a|1|b\"," + RECORDS + "}")).isEqualTo("a|1|b");
    assertThat(next("{" + RECORDS + ", \"NextShardIterator\" : \"a|1|b\" }\n")).isEqualTo("a|1|b");
    assertThat(next("{" + RECORDS + ",\"NextShardIterator\":\"a\",\"Later\":1}")).isEqualTo("a");
    assertThat(next("{\"Later\":1,\"NextShardIterator\":\"a\\/b\"," + RECORDS + "}"))
        .isEqualTo("a/b");
  }

  @Test
  void withoutAnIteratorTheShardHasEnded() throws MalformedPageException {
    assertThat(next("{" + RECORDS + "}")).isNull();
    assertThat(next("{\"NextShardIterator\":null," + RECORDS + "}")).isNull();
    assertThat(next("{" + RECORDS + ",\"NextShardIterator\":null}")).isNull();
    assertThat(next("{" + RECORDS + ",\"Later\":{\"NextShardIterator\":\"no\"}}")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"message\":\"The security token is invalid.\"}",
        "<html>",
        "{\"Records\":[",
        "{\"NextShardIterator\":\"a",
        "{\"NextShardIterator\":7}",
        "{\"Records\":[{\"a\":{\"S\":\"x,\\\"NextShardIterator\\\":\\\"no\\\"}"
      })
  void whatDoesNotTellIsRefused(String body) {
    assertThatThrownBy(() -> next(body))
        .isInstanceOf(MalformedPageException.class)
        .hasMessageStartingWith("The response of GetRecords cannot be read: ");
  }
}
