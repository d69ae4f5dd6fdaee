"""Campaigns: a promise is tried against a world that misbehaves, and the outcome told in figures."""
