"""Measurements: `make bench`. Never part of the tests; figures of one run, best read as ratios."""
