"""The source's benchmark: `make bench-source`."""
