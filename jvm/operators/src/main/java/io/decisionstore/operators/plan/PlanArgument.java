package io.decisionstore.operators.plan;

import io.decisionstore.operators.expression.ValueType;

/** An argument of an aggregate; documented in {@code model/plan.py}. */
public record PlanArgument(String name, String expression, ValueType type) {}
