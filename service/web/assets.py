"""The built styles, scripts and icons: the names that change with their content, and the files."""

import json
from functools import cache, lru_cache
from pathlib import Path

from flask import Blueprint, Response, g, send_from_directory, url_for
from markupsafe import Markup

from service.web.access import open_to_all

FOLDER = Path(__file__).parent / "static" / "dist"
MANIFEST = FOLDER / "manifest.json"
_FOR_EVER = 365 * 24 * 3600

screen = Blueprint("assets", __name__, template_folder="templates")


@screen.get("/assets/<path:name>")
@open_to_all
def file(name: str) -> Response:
    """One built file; its name changes with its content, so browsers keep it."""
    response = send_from_directory(FOLDER, name, max_age=_FOR_EVER)
    response.headers["Cache-Control"] = f"public, max-age={_FOR_EVER}, immutable"
    return response


def asset(plain_name: str) -> str:
    """The address of a built file by its plain name, such as `app.js`.

    Raises:
        LookupError: when the front end has not been built, or builds no such file.
    """
    # A page names the same file for each of its icons.
    addresses: dict[str, str] = g.setdefault("asset_addresses", {})
    if plain_name not in addresses:
        built = _manifest(MANIFEST.stat().st_mtime_ns).get(plain_name) if MANIFEST.exists() else None
        if built is None:
            raise LookupError(f"{plain_name} is not built: run `make setup`.")
        addresses[plain_name] = url_for("assets.file", name=built)
    return addresses[plain_name]


def icon(name: str) -> Markup:
    """A drawn sign beside words; readers of screens are not told of it. A page has some fifty."""
    return _drawn(asset("icons.svg"), name)


@cache
def _drawn(address: str, name: str) -> Markup:
    # Names of icons are written by us, never by users.
    sign = '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>'
    return Markup(sign).format(address, name)  # noqa: S704


@lru_cache(maxsize=1)
def _manifest(_changed_at: int) -> dict[str, str]:
    """Read once for each build: a server outlives the build it started with."""
    return json.loads(MANIFEST.read_text(encoding="utf-8"))
