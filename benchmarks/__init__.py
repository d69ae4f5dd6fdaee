"""Benchmarks: what the service costs, side by side with the floor under it.

`python -m benchmarks` (or `make bench`) measures everything in one run on SQLite and on PostgreSQL,
both with the settings of production: what is committed survives a power cut. docs/reference/benchmarks.md
says how each figure comes about.
"""
