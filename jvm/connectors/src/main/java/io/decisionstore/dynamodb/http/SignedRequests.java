package io.decisionstore.dynamodb.http;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.zip.CRC32;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
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
import software.amazon.awssdk.utils.DateUtils;

/**
 * Requests to DynamoDB, without what the SDK builds around them; safe to call from several threads.
 *
 * <p>They go out hundreds of times a second, and the SDK's clients cost two to six times the
 * processor time of their parts (docs/performance.md): here its credentials, its signer and its
 * HTTP connections are used, and bodies are bytes, as they go and as they come.
 */
public final class SignedRequests {
  /** An answer without a length is smaller than this. */
  private static final int SMALL = 64 * 1024;

  private final Service service;
  private final URI endpoint;
  private final String region;
  private final SdkHttpClient connections;
  private final AwsCredentialsProvider credentials;
  private final IntFunction<byte[]> arrays;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

  /** What DynamoDB's clock is ahead of ours, as it says when it refuses a signature for it. */
  private volatile Duration clockSkew = Duration.ZERO;

  /**
   * @param endpointUrl of the service, or null for AWS itself
   * @param arrays gives one of a length at least, with any content, for an answer to be read into
   */
  public SignedRequests(
      Service service,
      String region,
      String endpointUrl,
      SdkHttpClient connections,
      AwsCredentialsProvider credentials,
      IntFunction<byte[]> arrays) {
    this.service = service;
    this.endpoint = service.endpoint(region, endpointUrl);
    this.region = region;
    this.connections = connections;
    this.credentials = credentials;
    this.arrays = arrays;
  }

  /**
   * An answer's body, as it came.
   *
   * @param bytes from index 0 on
   * @param length how many of them count
   */
  public record Body(byte[] bytes, int length) {}

  /** A request that is signed and not sent yet. */
  public final class Call {
    private final ExecutableHttpRequest request;

    private Call(ExecutableHttpRequest request) {
      this.request = request;
    }

    /**
     * The answer to the request, which is sent once; blocks.
     *
     * @throws AwsServiceException if DynamoDB refuses
     * @throws IOException if the connection or the answer is broken
     */
    public Body send() throws IOException {
      HttpExecuteResponse answer = request.call();
      SdkHttpResponse head = answer.httpResponse();
      try (InputStream stream = answer.responseBody().orElseThrow(EOFException::new)) {
        Body body = read(head, stream);
        if (!head.isSuccessful()) {
          throw refused(head, body);
        }
        return body;
      }
    }

    /** Ends the request by closing its connection, from whatever thread. */
    public void abort() {
      request.abort();
    }
  }

  /**
   * A request, signed for now.
   *
   * @param operation as DynamoDB calls it
   * @param body the JSON
   */
  public Call prepare(String operation, byte[] body) {
    SignedRequest signed = signed(operation, body);
    return new Call(
        connections.prepareRequest(
            HttpExecuteRequest.builder()
                .request(signed.request())
                .contentStreamProvider(signed.payload().orElseThrow())
                .build()));
  }

  private SignedRequest signed(String operation, byte[] body) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(endpoint)
            .putHeader("X-Amz-Target", service.target(operation))
            .putHeader("Content-Type", "application/x-amz-json-1.0")
            .putHeader("Content-Length", Integer.toString(body.length))
            .putHeader("User-Agent", "flink-dynamodb")
            .build();
    AwsCredentialsIdentity identity = credentials.resolveIdentity().join();
    Clock clock = Clock.offset(Clock.systemUTC(), clockSkew);
    return signer.sign(
        sign ->
            sign.identity(identity)
                .request(request)
                .payload(() -> new ByteArrayInputStream(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "dynamodb")
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                .putProperty(HttpSigner.SIGNING_CLOCK, clock));
  }

  private Body read(SdkHttpResponse head, InputStream stream) throws IOException {
    int announced = head.firstMatchingHeader("Content-Length").map(Integer::parseInt).orElse(SMALL);
    byte[] bytes = arrays.apply(announced + 1); // so that its end is seen without a larger one
    int length = stream.readNBytes(bytes, 0, bytes.length);
    while (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
      length += stream.readNBytes(bytes, length, bytes.length - length);
    }
    String checksum = head.firstMatchingHeader("x-amz-crc32").orElse(null);
    if (checksum != null) {
      CRC32 found = new CRC32();
      found.update(bytes, 0, length);
      if (found.getValue() != Long.parseLong(checksum)) {
        throw new IOException("the answer does not match its checksum");
      }
    }
    return new Body(bytes, length);
  }

  private AwsServiceException refused(SdkHttpResponse head, Body body) {
    AwsServiceException refusal = ErrorBody.read(head, body, clockSkew);
    if (refusal.isClockSkewException()) {
      head.firstMatchingHeader("Date")
          .map(DateUtils::parseRfc822Date)
          .ifPresent(theirs -> clockSkew = Duration.between(Instant.now(), theirs));
    }
    return refusal;
  }
}
