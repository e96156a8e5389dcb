"""The sink's benchmark: `make bench-sink`."""
