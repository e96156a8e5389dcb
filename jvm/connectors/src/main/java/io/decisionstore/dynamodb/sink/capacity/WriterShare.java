package io.decisionstore.dynamodb.sink.capacity;

import io.decisionstore.dynamodb.sink.client.Refusal;
import io.decisionstore.dynamodb.sink.client.TableClient.Consumed;
import io.decisionstore.dynamodb.sink.client.TableDescription;
import io.decisionstore.dynamodb.sink.config.SinkConfig;
import java.util.function.Consumer;

/**
 * One writer's part of its process's {@link TableBudget}, and its window of open requests. The
 * window is the writer's own: it has connections of its own.
 */
final class WriterShare implements CapacityShare {
  /** Seconds of the pace that are worth holding ready. */
  private static final double HOLD_SECONDS = 0.5;

  /** Seconds of the pace that one request may be worth. */
  private static final double REQUEST_SECONDS = 0.5;

  private static final double UNITS_MEMORY = 0.1;

  private final TableBudget budget;
  private final double part;
  private final double targetShare;
  private final int itemsPerRequest;
  private final FairShares.Bucket bucket;
  private final Window window;
  private final Consumer<TableBudget> whenLeft;
  private volatile int requestsAllowed;
  private int open;
  private double unitsOfRequest;
  private boolean left;

  private final class Request implements Permit {
    private final long sentAt;
    private final double charged;
    private boolean isOpen = true;

    Request(long sentAt, double charged) {
      this.sentAt = sentAt;
      this.charged = charged;
    }
  }

  WriterShare(
      TableBudget budget,
      SinkConfig config,
      double part,
      FairShares.Bucket bucket,
      Consumer<TableBudget> whenLeft) {
    this.budget = budget;
    this.part = part;
    this.targetShare = config.capacity().targetShare();
    this.itemsPerRequest = config.itemsPerRequest();
    this.unitsOfRequest = itemsPerRequest;
    this.bucket = bucket;
    this.whenLeft = whenLeft;
    this.window = new Window(config.limits().inFlightRequests());
    this.requestsAllowed = window.size();
  }

  FairShares.Bucket bucket() {
    return bucket;
  }

  double part() {
    return part;
  }

  double targetShare() {
    return targetShare;
  }

  @Override
  public int requestsAllowed() {
    return requestsAllowed;
  }

  @Override
  public long delay(long now) {
    return budget.delay(this, now);
  }

  @Override
  public int unitsPerRequest() {
    double units = budget.sizeUnitsPerSecond(this) * REQUEST_SECONDS;
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, units));
  }

  @Override
  public Permit take(long now, int units) {
    open++;
    unitsOfRequest += UNITS_MEMORY * (units - unitsOfRequest);
    return new Request(now, budget.take(this, now, units));
  }

  /** The request of a permit that has no answer yet; null if it has, or the writer has left. */
  private Request close(Permit permit) {
    Request request = (Request) permit;
    if (!request.isOpen || left) {
      return null;
    }
    request.isOpen = false;
    open--;
    return request;
  }

  @Override
  public void answered(
      Permit permit,
      long now,
      long latencyNanos,
      Consumed consumed,
      int unitsTaken,
      int unitsRefused) {
    Request request = close(permit);
    if (request == null) {
      return;
    }
    boolean bears =
        budget.answered(
            this, now, request.sentAt, request.charged, consumed, unitsTaken, unitsRefused);
    if (!bears && unitsRefused > unitsTaken) {
      window.cut(now);
    } else {
      window.answered(now, request.sentAt, latencyNanos, open + 1);
    }
    requestsAllowed = window.size();
  }

  @Override
  public void throttled(Permit permit, long now, Refusal.Kind kind, int unitsRefused) {
    Request request = close(permit);
    if (request == null) {
      return;
    }
    budget.refusedFor(now, kind);
    boolean bears =
        budget.answered(this, now, request.sentAt, request.charged, null, 0, unitsRefused);
    if (!bears) {
      window.cut(now);
      requestsAllowed = window.size();
    }
  }

  @Override
  public void rejected(Permit permit, long now) {
    Request request = close(permit);
    if (request != null) {
      budget.giveBack(this, request.charged);
    }
  }

  @Override
  public void failed(Permit permit, long now) {
    if (close(permit) != null) { // what it cost is not known, so it stays charged
      window.failed(now);
      requestsAllowed = window.size();
    }
  }

  @Override
  public boolean isToDescribe(long now) {
    return !left && budget.isToDescribe(this, now);
  }

  @Override
  public void described(long now, TableDescription table) {
    budget.described(now, table);
  }

  @Override
  public void notDescribed(long now, boolean forbidden) {
    budget.notDescribed(now, forbidden);
  }

  @Override
  public long unitsPerSecond() {
    return budget.unitsPerSecond();
  }

  @Override
  public int itemsToHold() {
    double items = 2.0 * requestsAllowed * itemsPerRequest;
    double unitsOfItem = Math.max(unitsOfRequest / itemsPerRequest, 1e-3);
    double paced = budget.sizeUnitsPerSecond(this) * HOLD_SECONDS / unitsOfItem;
    return (int) Math.max(2.0 * itemsPerRequest, Math.min(items, paced));
  }

  CapacityState state() {
    return budget.state();
  }

  @Override
  public void leave() {
    if (!left) {
      left = true;
      budget.leave(this);
      whenLeft.accept(budget);
    }
  }
}
