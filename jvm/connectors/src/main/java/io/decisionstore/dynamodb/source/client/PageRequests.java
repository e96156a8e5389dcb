package io.decisionstore.dynamodb.source.client;

import io.decisionstore.dynamodb.http.Service;
import io.decisionstore.dynamodb.http.SignedRequests;
import io.decisionstore.dynamodb.source.client.StreamsClient.Page;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * GetRecords: hundreds of times a second, with answers of megabytes, whose bytes are kept as they
 * come.
 */
final class PageRequests {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SignedRequests requests;

  PageRequests(
      SourceConfig config,
      SdkHttpClient connections,
      AwsCredentialsProvider credentials,
      BodyPool bodies) {
    this.requests =
        new SignedRequests(
            Service.STREAMS,
            config.region(),
            config.endpointUrl(),
            connections,
            credentials,
            bodies::take);
  }

  /**
   * The records at an iterator; blocks.
   *
   * @throws AwsServiceException if DynamoDB refuses
   * @throws IOException if the connection or the answer is broken
   */
  Page get(String iterator) throws IOException {
    byte[] question =
        ("{\"ShardIterator\":" + JSON.writeValueAsString(iterator) + "}")
            .getBytes(StandardCharsets.UTF_8);
    SignedRequests.Body answer = requests.prepare("GetRecords", question).send();
    return new Page(answer.bytes(), answer.length());
  }
}
