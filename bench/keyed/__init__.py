"""The benchmark of declared variables, beside what else a Python team would write."""
