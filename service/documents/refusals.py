"""The words with which attachments are refused, shared by the checks of all kinds."""

from service.domain.errors import Invalid, message


def damaged(kind: str) -> Invalid:
    """The file says what it is, but its structure is broken."""
    return Invalid(
        message(
            "The file is named {kind} but cannot be read as {kind}: open it, save it again as {kind} and "
            "send the new file.",
            kind=kind,
        )
    )


def two_formats() -> Invalid:
    """The file is valid in one format and carries another one."""
    return Invalid(
        message(
            "The file holds a second file of another kind: open it, save it again under a new name and "
            "send the new file."
        )
    )


def too_much_inside(limit: int) -> Invalid:
    """What is packed in the file would fill the memory of whoever opens it; `limit` in bytes."""
    return Invalid(
        message(
            "Unpacked, the file would be larger than {limit} MB: make its pictures smaller or split it.",
            limit=megabytes(limit),
        )
    )


def megabytes(size: int) -> str:
    """A size for people: 1 MB is 1 048 576 bytes, as file managers count."""
    return f"{size / 1024**2:.1f}".removesuffix(".0")
