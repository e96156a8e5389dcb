"""DynamoDB Streams source and DynamoDB sink for PyFlink."""
