"""The benchmark of types: the same pipeline with records of every kind that Flink and PyFlink can carry."""
