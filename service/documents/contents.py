"""The bytes of a file, mapped and not loaded, as the checks of all kinds read them."""

from mmap import ACCESS_READ, mmap
from typing import BinaryIO, Self


class Content(mmap):
    """A read-only map of a file; like bytes for slicing and searching, like a file for `zipfile`."""

    @classmethod
    def of(cls, file: BinaryIO) -> Self:
        """Maps a file that is not empty and whose bytes have been flushed."""
        return cls(file.fileno(), 0, access=ACCESS_READ)

    def seekable(self) -> bool:
        """Python 3.13 knows this method, `zipfile` asks for it earlier."""
        return True
