"""Real servers for a laptop: DynamoDB Local, Kafka, S3, Flink."""
