package io.decisionstore.bench.serialization;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a decision holds before the pipeline adds to it; each shape makes its own record of it. */
record Sample(
    String decisionId,
    String customerId,
    long eventTime,
    String merchantId,
    double amount,
    String currency,
    String outcome,
    String policy,
    List<Check> checks) {

  record Check(String name, int revision, long eventTime, String status, double score) {}

  static Sample random(Random random, int customers) {
    long time = 1_790_000_000_000L + random.nextInt(1_000_000_000);
    List<Check> checks = new ArrayList<>();
    for (String name : new String[] {"credit", "fraud", "identity"}) {
      String status = random.nextBoolean() ? "PASSED" : "FAILED";
      checks.add(new Check(name, 1, time - random.nextInt(1_000), status, random.nextDouble()));
    }
    return new Sample(
        "decision-%012d".formatted(random.nextInt(1_000_000_000)),
        "customer-%08d".formatted(random.nextInt(customers)),
        time,
        "merchant-%05d".formatted(random.nextInt(5_000)),
        random.nextInt(100_000) / 100.0,
        random.nextInt(5) == 0 ? "USD" : "EUR",
        random.nextInt(5) == 0 ? "DECLINED" : "APPROVED",
        "policy-%d".formatted(random.nextInt(9)),
        checks);
  }
}
