package io.decisionstore.dynamodb.source.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Keeps a successful response as it came and shows the SDK an empty one.
 *
 * <p>Building the SDK's objects costs more than all the rest of a read (docs/performance.md), and
 * most of them would never be looked at. Requests, credentials, signatures and errors stay the
 * SDK's. So does the comparison with the checksum that DynamoDB sends, only that it is made here.
 */
final class RawBody {
  private static final ExecutionAttribute<RawBody> OF_REQUEST =
      new ExecutionAttribute<>("io.decisionstore.dynamodb.RawBody");
  private static final String CHECKSUM = "x-amz-crc32";
  private static final int USUAL_SIZE = 64 * 1024;

  private byte[] bytes = new byte[0];
  private int length;
  private String checksum;

  /** Where a request says that it wants its response like this. */
  void askedBy(
      software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration.Builder configuration) {
    configuration.putExecutionAttribute(OF_REQUEST, this);
  }

  StreamsClient.Page page() {
    return new StreamsClient.Page(bytes, length);
  }

  private void begin(SdkHttpResponse response) {
    checksum = response.firstMatchingHeader(CHECKSUM).orElse(null);
    length = 0;
    int announced =
        response.firstMatchingHeader("Content-Length").map(Integer::parseInt).orElse(USUAL_SIZE);
    if (bytes.length < announced) {
      bytes = new byte[announced];
    }
  }

  private void add(ByteBuffer chunk) {
    int size = chunk.remaining();
    if (length + size > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + size, 2 * bytes.length));
    }
    chunk.get(bytes, length, size);
    length += size;
  }

  private boolean damaged() {
    if (checksum == null) {
      return false;
    }
    CRC32 found = new CRC32();
    found.update(bytes, 0, length);
    return found.getValue() != Long.parseLong(checksum);
  }

  /** Takes the bodies of the requests that asked for it. */
  static final class Interceptor implements ExecutionInterceptor {

    @Override
    public SdkHttpResponse modifyHttpResponse(
        Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
      SdkHttpResponse response = context.httpResponse();
      RawBody body = attributes.getAttribute(OF_REQUEST);
      if (body == null || !response.isSuccessful()) {
        return response;
      }
      body.begin(response);
      return response.toBuilder().removeHeader(CHECKSUM).build();
    }

    @Override
    public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
        Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
      RawBody body = attributes.getAttribute(OF_REQUEST);
      if (body == null || !context.httpResponse().isSuccessful()) {
        return context.responsePublisher();
      }
      return context
          .responsePublisher()
          .map(content -> downstream -> content.subscribe(new Taker(body, downstream)));
    }
  }

  /** Reads all of a response, then passes on an empty JSON object. */
  private record Taker(RawBody body, Subscriber<? super ByteBuffer> downstream)
      implements Subscriber<ByteBuffer> {

    @Override
    public void onSubscribe(Subscription subscription) {
      downstream.onSubscribe(
          new Subscription() {
            private boolean started;

            @Override
            public void request(long ignored) {
              if (!started) {
                started = true;
                subscription.request(Long.MAX_VALUE);
              }
            }

            @Override
            public void cancel() {
              subscription.cancel();
            }
          });
    }

    @Override
    public void onNext(ByteBuffer chunk) {
      body.add(chunk);
    }

    @Override
    public void onError(Throwable failure) {
      downstream.onError(failure);
    }

    @Override
    public void onComplete() {
      if (body.damaged()) {
        downstream.onError(new IOException("The response does not match its checksum."));
        return;
      }
      downstream.onNext(ByteBuffer.wrap("{}".getBytes(StandardCharsets.US_ASCII)));
      downstream.onComplete();
    }
  }
}
