package io.decisionstore.dynamodb.testing;

import java.util.List;

/**
 * A request to write, understood and valid.
 *
 * @param consumed NONE, TOTAL or INDEXES
 * @param returns NONE, ALL_OLD or ALL_NEW
 * @param returnsOnFailure whether a failed condition is answered with the item
 */
record WriteCall(
    Operation operation,
    List<Write> writes,
    String consumed,
    String returns,
    boolean returnsOnFailure) {}
