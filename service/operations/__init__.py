"""The verbs of the service: each takes a Work and the Actor who asks.

One package for each field of work, one module per noun; packages import downwards only (pyproject.toml). The
modules beside them are what every field stands on.
"""
