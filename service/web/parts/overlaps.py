"""How pages tell of nominations that match one of a round beside, and what stands in the form about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.citations import Citation
from service.operations.schedule import plans
from service.operations.work import overlaps
from service.operations.work.overlaps import Overlap
from service.store.tables import Nomination
from service.store.work import Work
from service.web.pages import actor


@dataclass(frozen=True, slots=True)
class Asked:
    """One pair, with the answer that stands in the form now."""

    pair: Overlap
    verdict: str
    why: str

    @property
    def open(self) -> bool:
        """Whether the reader should not have to look for it."""
        return self.pair.unanswered or bool(self.verdict or self.why)


@dataclass(frozen=True, slots=True)
class Overlaps:
    """All pairs of a page, those that want an answer first; `clause` is why it matters."""

    asked: tuple[Asked, ...]
    clause: Citation | None

    @property
    def unanswered(self) -> list[Asked]:
        """The pairs that keep a nomination from going on."""
        return [one for one in self.asked if one.pair.unanswered]

    @property
    def others(self) -> list[Asked]:
        """What has been answered, and what is only alike."""
        return [one for one in self.asked if not one.pair.unanswered]

    @property
    def marked(self) -> frozenset[int]:
        """The nominations that want an answer."""
        return frozenset(one.pair.nomination.id for one in self.unanswered)


def asked(work: Work, nominations: Sequence[Nomination], values: Mapping[str, object]) -> Overlaps | None:
    """What the reader may know of the overlaps of some nominations; None when there are none.

    `values` are the fields of a form or a draft.
    """
    found = overlaps.seen_by(work, actor(), nominations)
    if not found:
        return None
    rows = [
        Asked(
            pair,
            str(values.get(f"overlap-{pair.key}") or ""),
            str(values.get(f"overlap-why-{pair.key}") or ""),
        )
        for pair in found
    ]
    rows.sort(key=lambda one: (not one.pair.unanswered, not one.pair.equal))
    return Overlaps(tuple(rows), plans.once(work, nominations[0].dossier.locality_id))
