"""Trình: a workflow service that routes award dossiers through Vietnamese government offices."""
