"""What jobs are made of: the Python faces of the JVM operators, Kafka and S3."""
