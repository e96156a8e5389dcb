"""Plain data and the plain-Python reference of every operator; imports neither Flink nor AWS."""
