"""What somebody types on the page of a paper: for which tasks, over what they saw, and the draft of it.

The tasks stand in the address, so that the page can be come back to; `seen-<task>` has the version of its
dossier that the page showed.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from flask import request
from werkzeug.exceptions import BadRequest

from service.domain.errors import TrinhError
from service.domain.tasks import Act
from service.operations.work import drafts, papers
from service.store.tables import PageDraft
from service.store.work import Work
from service.web import typed
from service.web.pages import actor, writing
from service.web.work import task_forms
from service.web.work.task_forms import Sent

_NUMBER = re.compile(r"[0-9]{1,18}")
_SEEN = re.compile(r"seen-([1-9][0-9]{0,17})")
_OURS = frozenset({"task", "step"})


@dataclass(frozen=True, slots=True)
class Typed:
    """The page of a paper as it was sent or kept; `seen` is by task."""

    sent: Sent
    seen: Mapping[int, int]


def task_ids() -> list[int]:
    """The chosen tasks, each once; what is no number names nothing."""
    return list(dict.fromkeys(typed.numbers(request.values.getlist("task"))))


def read(fields: Mapping[str, str]) -> Typed:
    """Sorts the fields of a request or a draft.

    Raises:
        BadRequest: a verdict or version that no page of ours sends.
    """
    seen: dict[int, int] = {}
    rest: dict[str, str] = {}
    for name, value in fields.items():
        if match := _SEEN.fullmatch(name):
            if not _NUMBER.fullmatch(value):
                raise BadRequest
            seen[int(match[1])] = int(value)
        elif name not in _OURS:
            rest[name] = value
    return Typed(task_forms.read(rest), seen)


def place(act: Act, chosen: Sequence[int]) -> str:
    """Where what is typed for one paper over these tasks is kept until it is sent."""
    ids = ",".join(str(task_id) for task_id in sorted(chosen))
    # A place ends in a number; seven bytes keep it within that, and two papers of one person apart.
    return f"{act.value}-{1 + int.from_bytes(sha256(ids.encode()).digest()[:7])}"


def kept(work: Work, where: str) -> tuple[PageDraft | None, Sent | None]:
    """The draft of a paper with what was typed into it, as far as it can be read."""
    draft = drafts.find_page(work, actor(), where)
    if draft is None:
        return None, None
    try:
        return draft, read({key: one for key, one in draft.content.items() if isinstance(one, str)}).sent
    except BadRequest:
        # A draft may come from another program: what cannot be read in it is asked again.
        return draft, None


def keep(act: Act, chosen: Sequence[int], sent: Sent) -> None:
    """Keeps what was sent and does not count yet; what was sent last goes before what other windows kept.

    Nothing is kept for whoever may act on none of the tasks.
    """
    with suppress(TrinhError), writing() as work:
        papers.ready_for(work, actor(), act, chosen)
        drafts.save_page(work, actor(), place(act, chosen), sent.draft)
