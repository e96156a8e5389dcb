"""The HTTP API over the decision tables and the schema registry."""
