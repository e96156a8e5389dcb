package io.decisionstore.dynamodb.sink.writer;

import io.decisionstore.dynamodb.sink.capacity.CapacityShare;
import io.decisionstore.dynamodb.sink.client.Refusal;
import io.decisionstore.dynamodb.sink.client.TableClient.Consumed;
import io.decisionstore.dynamodb.sink.client.TableDescription;

/** As many requests as configured, as fast as they go. */
class FreeShare implements CapacityShare {
  private final int requests;
  int unitsRefused;
  int itemsToHold = Integer.MAX_VALUE;
  int rejections;
  int unitsPerRequest = Integer.MAX_VALUE;

  FreeShare(int requests) {
    this.requests = requests;
  }

  @Override
  public int requestsAllowed() {
    return requests;
  }

  @Override
  public long delay(long now) {
    return 0;
  }

  @Override
  public Permit take(long now, int units) {
    return new Permit() {};
  }

  @Override
  public void answered(
      Permit permit,
      long now,
      long latencyNanos,
      Consumed consumed,
      int unitsTaken,
      int refusedUnits) {
    unitsRefused += refusedUnits;
  }

  @Override
  public void throttled(Permit permit, long now, Refusal.Kind kind, int refusedUnits) {
    unitsRefused += refusedUnits;
  }

  @Override
  public void rejected(Permit permit, long now) {
    rejections++;
  }

  @Override
  public void failed(Permit permit, long now) {}

  @Override
  public boolean isToDescribe(long now) {
    return false;
  }

  @Override
  public void described(long now, TableDescription table) {}

  @Override
  public void notDescribed(long now, boolean forbidden) {}

  @Override
  public long unitsPerSecond() {
    return -1;
  }

  @Override
  public int itemsToHold() {
    return itemsToHold;
  }

  @Override
  public int unitsPerRequest() {
    return unitsPerRequest;
  }

  @Override
  public void leave() {}
}
