package io.decisionstore.dynamodb.sink.capacity;

/**
 * Finds out whether refusals are about the pace. After a cut to what the table took, a table that
 * was asked too much refuses next to nothing; one that refuses the same share as before refuses for
 * another reason (a fault of its own, a neighbour that takes all it can get), and going slower only
 * writes less.
 */
final class Tolerance {
  /** The price of finding a capacity that nobody tells. */
  private static final double ALWAYS = 0.01;

  /** Of the share that was found, and a little more. */
  private static final double MARGIN = 1.5;

  /** In requests: refusals are uneven. */
  private static final double MOST_CREDIT = 10;

  private static final long LASTS_MS = 60_000;

  /** One could be chance, or a burst of the table that hid the first refusals. */
  private static final int CUTS_WITHOUT_EFFECT = 2;

  /** Others' trials look the same for a while. */
  private static final int CUTS_AMONG_OTHERS = 5;

  private double paceBefore;
  private double shareBefore = -1;
  private int withoutEffect;
  private double credit;
  private double shares;
  private int measures;
  private double tolerated;
  private long until = Long.MIN_VALUE;

  /** The share that is no reason for a cut. */
  double limit(long now) {
    double found = share(now);
    return found > 0 ? found * MARGIN + 2 * ALWAYS : ALWAYS;
  }

  /** The share that is borne since the pace does not change it; 0 if none is. */
  double share(long now) {
    return now < until ? tolerated : 0;
  }

  /**
   * Of refused units, those that are borne, so that another item may go in their place: as many as
   * the share that was found, and none when the fault is over.
   */
  double bear(long now, double taken, double refused) {
    double found = share(now);
    if (found == 0) {
      credit = 0;
      return 0;
    }
    credit += found * (taken + refused);
    double borne = Math.min(refused, credit);
    credit = Math.min(credit - borne, MOST_CREDIT * (taken + refused));
    return borne;
  }

  /**
   * More than tolerated was refused.
   *
   * @param pace at which it was
   * @param lower whether the pace was lowered since the last time
   * @param others whether other processes of the job write the table
   * @return the pace to go back to, since cuts have no effect; else -1
   */
  double refused(long now, double share, double pace, boolean lower, boolean others) {
    if (shareBefore < 0 || share > 2 * shareBefore || share < shareBefore / 2) {
      shareBefore = share;
      paceBefore = pace;
      withoutEffect = 0;
      shares = share;
      measures = 1;
      return -1;
    }
    shares += share;
    measures++;
    withoutEffect += lower ? 1 : 0;
    if (withoutEffect < (others ? CUTS_AMONG_OTHERS : CUTS_WITHOUT_EFFECT)) {
      return -1;
    }
    tolerated = shares / measures; // of few hundred items each, so one alone may be far off
    until = now + LASTS_MS;
    double pacesBefore = paceBefore;
    forgetCuts();
    return pacesBefore;
  }

  /** The table takes all again, but for what is tolerated. */
  void forgetCuts() {
    shareBefore = -1;
    withoutEffect = 0;
  }

  /** Another table, as it were. */
  void reset() {
    forgetCuts();
    until = Long.MIN_VALUE;
  }
}
