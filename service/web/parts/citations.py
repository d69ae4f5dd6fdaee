"""The names of the documents that citations refer to by key."""

from collections.abc import Mapping
from functools import lru_cache

from service.store import localities
from service.store.tables import Locality
from service.store.work import Work


def document_names(work: Work, locality: Locality) -> Mapping[str, str]:
    """Title and number of every document of a locality's configuration, by key."""
    known = _names(locality.content_hash)
    if not known:
        version = localities.newest_version(work, locality.id)
        for document in version.content.get("documents", []) if version else []:
            known[document["key"]] = " ".join(filter(None, (document["title"], document.get("number"))))
    return known


@lru_cache(maxsize=64)
def _names(_content_hash: str) -> dict[str, str]:
    """The place of one configuration's names; empty until first asked for."""
    return {}
