package io.decisionstore.dynamodb.sink.client;

/** A request that failed as a whole. */
public final class WriteFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  public WriteFailure(Refusal refusal) {
    super(refusal.reason(), refusal.cause(), false, false);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
