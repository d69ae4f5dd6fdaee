"""How addresses are read: the number of a row, and nothing that a database cannot hold."""

from werkzeug.routing import BaseConverter

LARGEST_NUMBER = 2**63 - 1
"""The largest row number of both databases."""


class RowNumber(BaseConverter):
    """A row's number in an address, `<row:dossier_id>`; anything else is an unknown address."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        # A number too large for the database is the number of nothing: zero is never given to a row.
        number = int(value)
        return number if number <= LARGEST_NUMBER else 0

    def to_url(self, value: int) -> str:
        return str(value)
