"""Attachments: taken in with their content checked, kept under server-made names. Tables in workbooks.

What is accepted and why the rest is refused: docs/reference/attachments.md.
"""

from service.documents.receiving import Limits, Received, accept
from service.documents.storage import (
    clear_incoming,
    digest_of,
    discard,
    incoming_file,
    keep,
    list_stored,
    open_stored,
)
from service.documents.workbooks import Book, Choices, Template, read_workbook, write_template

__all__ = [
    "Book",
    "Choices",
    "Limits",
    "Received",
    "Template",
    "accept",
    "clear_incoming",
    "digest_of",
    "discard",
    "incoming_file",
    "keep",
    "list_stored",
    "open_stored",
    "read_workbook",
    "write_template",
]
