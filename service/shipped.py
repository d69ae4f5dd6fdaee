"""What ships with the program: localities, forms and diagrams, as paths in checkout or installation."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_shipped"
"""Where a wheel carries them (hatch_build.py); a checkout has them at its top."""
_ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent


def localities() -> list[Path]:
    """The folders of the shipped localities."""
    return sorted(folder for folder in (_ROOT / "config" / "localities").iterdir() if folder.is_dir())


def forms() -> list[Path]:
    """The shipped form documents; the name of each is its key."""
    return sorted((_ROOT / "forms").glob("*.json"))


def diagrams() -> list[Path]:
    """The shipped diagrams."""
    return sorted((_ROOT / "bpmn").glob("*.bpmn"))
