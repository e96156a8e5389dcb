package io.decisionstore.operators.plan;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What is kept of the decisions of a variable. */
public enum Aggregate {
  @JsonProperty("count")
  COUNT,
  @JsonProperty("sum")
  SUM,
  @JsonProperty("min")
  MIN,
  @JsonProperty("max")
  MAX,
  @JsonProperty("avg")
  AVG,
  @JsonProperty("first")
  FIRST,
  @JsonProperty("last")
  LAST,
  @JsonProperty("last_k")
  LAST_K,
  @JsonProperty("distinct")
  DISTINCT
}
