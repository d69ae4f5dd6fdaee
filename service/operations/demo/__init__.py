"""The demo: invented people and dossiers, and a clock that can be moved forward."""
