"""Names of files as people see them; never used as a path."""

import re
import unicodedata
from pathlib import PurePosixPath

from service.domain.errors import Invalid, message
from service.domain.words import normalise

MAX_LENGTH = 200
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}")
_FORBIDDEN = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')


def clean_display_name(name: str) -> str:
    """The name without folders, control and direction marks; Vietnamese letters stay.

    A long name is cut before its extension.

    Raises:
        Invalid: when nothing is left of it, or it holds characters that no name can hold.
    """
    last = re.split(r"[/\\]", name)[-1]
    cleaned = normalise(_FORBIDDEN.sub(" ", last)).strip(". ")
    if not cleaned or any(unicodedata.category(character) in {"Cs", "Co", "Cn"} for character in cleaned):
        raise Invalid(message("The file has no usable name: rename it and choose it again."))
    if len(cleaned) > MAX_LENGTH:
        extension = extension_of(cleaned)
        cleaned = cleaned[: MAX_LENGTH - len(extension)].rstrip(". ") + extension
    return cleaned


def extension_of(name: str) -> str:
    """The extension with its dot, as written; empty when there is none."""
    suffix = PurePosixPath(name).suffix
    return suffix if _EXTENSION.fullmatch(suffix) else ""
