"""Benchmarks: each runs us and a peer on the same work in one run and prints the ratio."""
