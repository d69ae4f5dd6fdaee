"""Attachments: taken in with their content checked, kept under server-made names.

What is accepted and why the rest is refused: docs/reference/attachments.md.
"""

from service.documents.receiving import Limits, Received, accept
from service.documents.storage import clear_incoming, digest_of, discard, list_stored, open_stored

__all__ = [
    "Limits",
    "Received",
    "accept",
    "clear_incoming",
    "digest_of",
    "discard",
    "list_stored",
    "open_stored",
]
