package io.decisionstore.dynamodb.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where requests go. */
class ServiceTest {
  @Test
  void withoutAnEndpointItIsAws() {
    assertThat(Service.TABLES.endpoint("eu-west-1", null))
        .hasToString("https://dynamodb.eu-west-1.amazonaws.com");
    assertThat(Service.STREAMS.endpoint("eu-west-1", null))
        .hasToString("https://streams.dynamodb.eu-west-1.amazonaws.com");
  }

  @Test
  void theMachinesEndpointCountsWhereNoneIsConfigured() {
    System.setProperty("aws.endpointUrlDynamoDb", "http://127.0.0.1:1");
    System.setProperty("aws.endpointUrlDynamoDbStreams", "http://127.0.0.1:2");
    try {
      assertThat(Service.TABLES.endpoint("eu-west-1", null)).hasToString("http://127.0.0.1:1");
      assertThat(Service.STREAMS.endpoint("eu-west-1", null)).hasToString("http://127.0.0.1:2");
      assertThat(Service.TABLES.endpoint("eu-west-1", "http://127.0.0.1:3"))
          .hasToString("http://127.0.0.1:3");
    } finally {
      System.clearProperty("aws.endpointUrlDynamoDb");
      System.clearProperty("aws.endpointUrlDynamoDbStreams");
    }
  }
}
