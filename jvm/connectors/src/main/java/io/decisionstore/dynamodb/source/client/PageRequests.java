package io.decisionstore.dynamodb.source.client;

import io.decisionstore.dynamodb.source.client.StreamsClient.Page;
import io.decisionstore.dynamodb.source.config.SourceConfig;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.streams.endpoints.DynamoDbStreamsEndpointProvider;
import software.amazon.awssdk.utils.DateUtils;

/**
 * GetRecords, without what the SDK builds around it.
 *
 * <p>It is called hundreds of times a second, and its answers are megabytes. The SDK's client costs
 * three to six times the processor time of its parts (docs/performance.md): here its credentials,
 * its signer and its HTTP connections are used, and the answer's bytes are kept as they come.
 */
final class PageRequests {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An answer without a length, and those of an idle shard, are smaller than this. */
  private static final int SMALL = 64 * 1024;

  private final URI endpoint;
  private final String region;
  private final SdkHttpClient connections;
  private final AwsCredentialsProvider credentials;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final BodyPool bodies;

  /** What DynamoDB's clock is ahead of ours, as it says when it refuses a signature for it. */
  private volatile Duration clockSkew = Duration.ZERO;

  PageRequests(
      SourceConfig config,
      SdkHttpClient connections,
      AwsCredentialsProvider credentials,
      BodyPool bodies) {
    this.region = config.region();
    this.endpoint = endpoint(config);
    this.connections = connections;
    this.credentials = credentials;
    this.bodies = bodies;
  }

  private static URI endpoint(SourceConfig config) {
    return DynamoDbStreamsEndpointProvider.defaultProvider()
        .resolveEndpoint(
            where ->
                where
                    .region(Region.of(config.region()))
                    .endpoint(config.endpointUrl())
                    .useFips(isSet(SdkSystemSetting.AWS_USE_FIPS_ENDPOINT))
                    .useDualStack(isSet(SdkSystemSetting.AWS_USE_DUALSTACK_ENDPOINT)))
        .join()
        .url();
  }

  private static boolean isSet(SdkSystemSetting setting) {
    return setting.getBooleanValue().orElse(false);
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
    SignedRequest signed = signed(question);
    HttpExecuteResponse answer =
        connections
            .prepareRequest(
                HttpExecuteRequest.builder()
                    .request(signed.request())
                    .contentStreamProvider(signed.payload().orElseThrow())
                    .build())
            .call();
    SdkHttpResponse head = answer.httpResponse();
    try (InputStream body = answer.responseBody().orElseThrow(EOFException::new)) {
      Page page = read(head, body);
      if (!head.isSuccessful()) {
        throw refused(head, page);
      }
      return page;
    }
  }

  private SignedRequest signed(byte[] question) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(endpoint)
            .putHeader("X-Amz-Target", "DynamoDBStreams_20120810.GetRecords")
            .putHeader("Content-Type", "application/x-amz-json-1.0")
            .putHeader("Content-Length", Integer.toString(question.length))
            .putHeader("User-Agent", "flink-dynamodb")
            .build();
    AwsCredentialsIdentity identity = credentials.resolveIdentity().join();
    Clock clock = Clock.offset(Clock.systemUTC(), clockSkew);
    return signer.sign(
        sign ->
            sign.identity(identity)
                .request(request)
                .payload(() -> new ByteArrayInputStream(question))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "dynamodb")
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                .putProperty(HttpSigner.SIGNING_CLOCK, clock));
  }

  private Page read(SdkHttpResponse head, InputStream body) throws IOException {
    int announced = head.firstMatchingHeader("Content-Length").map(Integer::parseInt).orElse(SMALL);
    byte[] bytes = bodies.take(announced + 1); // so that its end is seen without a larger one
    int length = body.readNBytes(bytes, 0, bytes.length);
    while (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
      length += body.readNBytes(bytes, length, bytes.length - length);
    }
    String checksum = head.firstMatchingHeader("x-amz-crc32").orElse(null);
    if (checksum != null) {
      CRC32 found = new CRC32();
      found.update(bytes, 0, length);
      if (found.getValue() != Long.parseLong(checksum)) {
        throw new IOException("the answer does not match its checksum");
      }
    }
    return new Page(bytes, length);
  }

  private AwsServiceException refused(SdkHttpResponse head, Page page) {
    String code = "";
    String message = "HTTP status " + head.statusCode();
    try {
      JsonNode error = JSON.readTree(page.body(), 0, page.length());
      String type = error.path("__type").asText("");
      code = type.substring(type.indexOf('#') + 1);
      message = error.path("message").asText(error.path("Message").asText(message));
    } catch (IOException noJson) {
      // A proxy's page, say: then the status must do.
    }
    AwsServiceException refusal =
        DynamoDbException.builder()
            .statusCode(head.statusCode())
            .clockSkew(clockSkew.negated())
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .serviceName("DynamoDbStreams")
                    .errorCode(code)
                    .errorMessage(message)
                    .sdkHttpResponse(head)
                    .build())
            .build();
    if (refusal.isClockSkewException()) {
      head.firstMatchingHeader("Date")
          .map(DateUtils::parseRfc822Date)
          .ifPresent(theirs -> clockSkew = Duration.between(Instant.now(), theirs));
    }
    return refusal;
  }
}
