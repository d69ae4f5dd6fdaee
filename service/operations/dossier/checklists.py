"""The papers that a dossier owes, and what is attached of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.awards import Medium, is_owed_for, sets_owed
from service.domain.dossiers import DossierKind
from service.domain.labels import Label
from service.store import dossiers, localities
from service.store.tables import Attachment, Award, ChecklistItem, Dossier
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """What a dossier owes: how many original sets (None: the plan does not say, or it is no paper), what is
    attached."""

    item: ChecklistItem
    sets: int | None
    attachments: tuple[Attachment, ...]

    @property
    def missing(self) -> bool:
        """Whether a required paper has no attachment."""
        return self.item.required and not self.attachments


def lines(work: Work, dossier: Dossier, attachments: Iterable[Attachment]) -> list[ChecklistLine]:
    """The papers owed for the awards nominated, with the largest number of sets any of them asks for.

    A duty report owes none of them.
    """
    if dossier.kind != DossierKind.AWARD:
        return []
    nominated = {nomination.award.key: nomination.award for nomination in dossier.nominations}
    owed: list[ChecklistLine] = []
    present = list(attachments)
    for item in localities.checklist(work, dossier.locality_id):
        asking = [award for award in nominated.values() if asks(award, item)]
        if not item.active or (nominated and not asking) or (item.awards and not asking):
            continue
        sets = sets_owed(Medium(item.medium), (award.sets for award in asking))
        attached = tuple(file for file in present if file.checklist_item_id == item.id)
        owed.append(ChecklistLine(item, sets, attached))
    return owed


def asks(award: Award, item: ChecklistItem) -> bool:
    """Whether a paper is owed for an award."""
    return is_owed_for(item.awards, award.key)


def is_paper(item: ChecklistItem) -> bool:
    """Whether it is handed over on paper, in sets; otherwise an attached file is all that is owed."""
    return item.medium == Medium.PAPER


def missing(work: Work, dossier: Dossier) -> list[Label]:
    """The names of the required papers that have no attachment yet."""
    owed = lines(work, dossier, dossiers.attachments(work, dossier.id))
    return [Label(line.item.name_vi, line.item.name_en) for line in owed if line.missing]
