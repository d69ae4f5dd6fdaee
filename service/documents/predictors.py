"""Undoes the row filters that PDF writers put before compression (ISO 32000-1, 7.4.4.4; PNG, clause 9)."""

import re
from dataclasses import dataclass
from itertools import pairwise

_PARAMETERS = re.compile(rb"/DecodeParms\s*\[?\s*(?:null\b|<<(.*?)>>)?", re.DOTALL)
_NUMBERS = re.compile(rb"/(Predictor|Colors|BitsPerComponent|Columns)\s+(\d{1,6})\b")
_UNKNOWN, _NONE, _FIRST_OF_PNG, _LAST_OF_PNG = 0, 1, 10, 15
_MAX_COLUMNS, _MAX_BITS = 100_000, 256


@dataclass(frozen=True, slots=True)
class Rows:
    """Filtered rows: bytes of a row without its filter byte, and bytes from a sample to its neighbour."""

    width: int
    step: int

    def undo(self, filtered: bytes) -> bytes:
        """The bytes before filtering.

        Raises:
            ValueError: a row under an unknown filter.
        """
        above = bytes(self.width)
        plain = bytearray()
        edges = [*range(0, len(filtered), self.width + 1), len(filtered)]
        for start, end in pairwise(edges):
            row = filtered[start + 1 : end].ljust(self.width, b"\0")
            above = self._undo_row(filtered[start], row, above)
            plain += above
        return bytes(plain)

    def _undo_row(self, kind: int, row: bytes, above: bytes) -> bytes:
        if kind == 0:
            return row
        if kind == 2:
            return bytes([(value + up) & 0xFF for value, up in zip(row, above, strict=True)])
        if kind not in {1, 3, 4}:
            raise ValueError(f"There is no row filter {kind}.")
        done = bytearray(self.step) + row
        corner = bytes(self.step) + above
        for at, value in enumerate(row):
            left, up = done[at], above[at]
            told = left if kind == 1 else (left + up) // 2 if kind == 3 else _nearest(left, up, corner[at])
            done[at + self.step] = (value + told) & 0xFF
        return bytes(done[self.step :])


def rows_of(header: bytes) -> Rows | None:
    """How the rows of a stream with this dictionary are filtered; None when they are not.

    Raises:
        ValueError: parameters that stand elsewhere, or a predictor that is none of PNG's.
    """
    found = _PARAMETERS.search(header)
    if found is None:
        return None
    if found[1] is None:
        if b"null" in found[0]:
            return None
        raise ValueError("The parameters stand in another object.")
    given = {name: int(number) for name, number in _NUMBERS.findall(found[1])}
    predictor = given.get(b"Predictor", _UNKNOWN if b"/Predictor" in found[1] else _NONE)
    if predictor == _NONE:
        return None
    columns, bits = given.get(b"Columns", 1), given.get(b"Colors", 1) * given.get(b"BitsPerComponent", 8)
    of_png = _FIRST_OF_PNG <= predictor <= _LAST_OF_PNG
    if not of_png or not 0 < columns <= _MAX_COLUMNS or not 0 < bits <= _MAX_BITS:
        raise ValueError("The predictor is unknown.")
    return Rows((columns * bits + 7) // 8, (bits + 7) // 8)


def _nearest(left: int, up: int, corner: int) -> int:
    """Paeth's choice: the neighbour nearest to left + up - corner."""
    guess = left + up - corner
    return min((left, up, corner), key=lambda neighbour: abs(guess - neighbour))
