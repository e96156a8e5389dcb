package io.decisionstore.operators.plan;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What is kept of the decisions of a variable. */
public enum Aggregate {
  @JsonProperty("count")
  COUNT,
  @JsonProperty("sum")
  SUM,
  @JsonProperty("last")
  LAST
}
