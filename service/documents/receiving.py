"""Takes in an attachment: bounded in size, checked by its content, stored under a server-made name."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from service.documents.contents import Content
from service.documents.names import clean_display_name, extension_of
from service.documents.office_files import ZIP_SIGNATURE, check_docx, check_xlsx
from service.documents.pdfs import check_pdf
from service.documents.pictures import PNG_SIGNATURE, check_jpeg, check_png
from service.documents.refusals import megabytes, two_formats
from service.documents.storage import incoming_file, keep
from service.domain.errors import Invalid, message

_CHUNK = 64 * 1024
_CHECKS: dict[str, Callable[[Content], str]] = {
    ".pdf": check_pdf,
    ".png": check_png,
    ".jpg": check_jpeg,
    ".jpeg": check_jpeg,
    ".docx": check_docx,
    ".xlsx": check_xlsx,
}
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|iframe|svg)[\s>]", re.IGNORECASE)
_SNIFFED = 1500
"""Browsers guess a kind from at most this many first bytes."""
_SIGNATURES = {
    b"%PDF-": ("PDF", {".pdf"}),
    PNG_SIGNATURE: ("PNG", {".png"}),
    b"\xff\xd8\xff": ("JPEG", {".jpg", ".jpeg"}),
    ZIP_SIGNATURE: ("ZIP", {".docx", ".xlsx"}),
}
ALLOWED = "PDF, PNG, JPEG, DOCX, XLSX"


@dataclass(frozen=True, slots=True)
class Limits:
    """What an attachment may be; `size` in bytes."""

    size: int = 20 * 1024**2


@dataclass(frozen=True, slots=True)
class Received:
    """A stored attachment. `sha256` is hexadecimal, `size` in bytes."""

    display_name: str
    media_type: str
    size: int
    sha256: str
    stored_as: str


def accept(stream: BinaryIO, display_name: str, folder: Path, limits: Limits = Limits()) -> Received:
    """Reads an upload into the attachment folder.

    It never reads more than the limit, holds no file in memory, and leaves nothing behind when it
    refuses. If the caller's transaction fails afterwards, the caller calls `discard`.

    Raises:
        Invalid: the message says what is wrong with the file and what to do.
    """
    name = clean_display_name(display_name)
    check = _CHECKS.get(extension_of(name).lower())
    if check is None:
        raise Invalid(
            message('"{name}" is of a kind that is not accepted: send {allowed}.', name=name, allowed=ALLOWED)
        )
    with incoming_file(folder) as (file, path):
        size, sha256 = _copy(stream, file, name, limits)
        file.flush()
        with Content.of(file) as content:
            check_signature(content, name)
            media_type = check(content)
        return Received(name, media_type, size, sha256, keep(folder, file, path))


def _copy(stream: BinaryIO, file: BinaryIO, name: str, limits: Limits) -> tuple[int, str]:
    """Copies up to the limit; returns the size and the SHA-256."""
    digest = hashlib.sha256()
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limits.size:
            raise Invalid(
                message(
                    '"{name}" is larger than {limit} MB: scan it at a lower resolution or split it.',
                    name=name,
                    limit=megabytes(limits.size),
                )
            )
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise Invalid(message('"{name}" is empty: choose the file again.', name=name))
    return size, digest.hexdigest()


def check_signature(content: Content, name: str) -> None:
    """Tells people what the file really is, before the check of its kind finds it damaged."""
    if _MARKUP.search(content[:_SNIFFED]):
        raise two_formats()
    extension = extension_of(name).lower()
    for signature, (kind, extensions) in _SIGNATURES.items():
        if content[: len(signature)] == signature and extension not in extensions:
            raise Invalid(
                message(
                    '"{name}" is not what its name says; its content is {kind}: send the original file under '
                    "its true name.",
                    name=name,
                    kind=kind,
                )
            )
