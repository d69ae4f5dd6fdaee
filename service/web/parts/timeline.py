"""What each step of a dossier's history says beyond its name, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from service.domain.differences import NOMINATION_FIELDS
from service.domain.dossiers import Verdict
from service.domain.errors import Message, message
from service.domain.labels import Label
from service.operations.dossier.dossiers import DossierPage
from service.operations.dossier.timelines import Subject
from service.store import localities
from service.store.tables import HistoryStep
from service.store.work import Work
from service.translations import terms
from service.web.words import day, named, size, told

SUBJECTS: Mapping[Subject, Message] = {
    Subject.ROUTE: message("Steps of the route"),
    Subject.CONTENT: message("Nominations and files"),
    Subject.PAPERS: message("Paper originals"),
    Subject.PEOPLE: message("Who does what"),
    Subject.DEADLINES: message("Deadlines"),
    Subject.OTHER: message("Other"),
}
"""What people call the subjects of a history."""
_FIELDS = {
    "nominee": message("Name of the nominee"),
    "kind": message("Kind of nominee"),
    "detail": message("Detail"),
    "award": message("Award"),
    "achievement": message("Summary of the achievement"),
}
_LONGEST = 160


def detail_teller(work: Work, shared: Mapping[str, Any]) -> Callable[[HistoryStep], list[str]]:
    """A function from a step to what it says in detail, a sentence each."""
    page: DossierPage = shared["page"]
    teller = _Teller(
        awards={award.key: named(award) for award in localities.awards(work, page.dossier.locality_id)},
        papers={item.key: named(item) for item in localities.checklist(work, page.dossier.locality_id)},
        deadlines={due.row.key: named(due.row) for due in page.dues},
        step_name=shared["step_name"],
    )
    return teller.details


class _Teller:
    """The names of one locality, for the details of its histories."""

    def __init__(
        self,
        awards: Mapping[str, str],
        papers: Mapping[str, str],
        deadlines: Mapping[str, str],
        step_name: Callable[[str | None, str | None], str],
    ) -> None:
        self.awards, self.papers, self.deadlines = awards, papers, deadlines
        self.step_name = step_name

    def details(self, step: HistoryStep) -> list[str]:
        """What a step says in detail; a kind without a telling of its own says what all kinds may."""
        own = _OF_KIND.get(step.kind)
        return [*(own(self, step.params) if own else ()), *self.common(step)]

    def common(self, step: HistoryStep) -> list[str]:
        said, params = list[str](), step.params
        if params.get("beside"):
            verdict = terms.of("overlap", step.outcome) or Message("")
            said.append(told(message("{verdict}, beside {other}", verdict=verdict, other=params["beside"])))
        for name, words in _PLAIN.items():
            value = params.get(name)
            told_already = name == "from" and "receipt" in params
            if isinstance(value, str | int) and value != "" and not told_already:
                said.append(told(Message(words.text, {"value": value})))
        said += [f"{self.deadlines[key]}: {params[key]}" for key in self.deadlines if key in params]
        return said

    def nomination(self, params: Mapping[str, Any]) -> list[str]:
        award = self.awards.get(str(params.get("award")), "")
        return [": ".join(filter(None, (str(params.get("nominee", "")), award)))]

    def nomination_changed(self, params: Mapping[str, Any]) -> list[str]:
        before, after = params["before"], params["after"]
        changed = [
            f"{told(_FIELDS[name])}: {self.word(name, before[name])} → {self.word(name, after[name])}"
            for name in NOMINATION_FIELDS
            if name in before and name in after and before[name] != after[name]
        ]
        return [str(after.get("nominee", "")), *changed]

    def nominations_imported(self, params: Mapping[str, Any]) -> list[str]:
        added: Sequence[Mapping[str, Any]] = params.get("added", [])
        names = ", ".join(str(one["nominee"]) for one in added)
        words = message("{number} nominations: {names}", number=len(added), names=_short(names, 400))
        return [told(words)]

    def word(self, name: str, value: object) -> str:
        if name == "award":
            return self.awards.get(str(value), str(value))
        if name == "kind":
            return told(terms.of("nominee", str(value)))
        return f"“{_short(str(value))}”" if value else "—"

    def renamed(self, params: Mapping[str, Any]) -> list[str]:
        return [f"“{_short(str(params['before']))}” → “{_short(str(params['after']))}”"]

    def file(self, params: Mapping[str, Any]) -> list[str]:
        weight = f" ({size(int(params['size']))})" if params.get("size") else ""
        return [f"{params.get('file', '')}{weight}"]

    def replaced(self, params: Mapping[str, Any]) -> list[str]:
        said = message(
            "{file}, version {version}, in place of {before}",
            file=params["file"],
            version=params["version"],
            before=params["before"],
        )
        return [told(said)]

    def papers_received(self, params: Mapping[str, Any]) -> list[str]:
        received = date.fromisoformat(str(params["on"]))
        words = message(
            "Receipt {number}: {day}, from {sender}",
            number=params["receipt"],
            day=day(received),
            sender=params["from"],
        )
        lines = [
            f"{self.papers.get(item, item)} ({self.awards.get(award, award)}): {number}"
            for award, item, number in params["sets"]
        ]
        corrects = (
            [told(message("In place of receipt {number}", number=params["corrects"]))]
            if "corrects" in params
            else []
        )
        return [told(words), *corrects, *lines]

    def completed(self, params: Mapping[str, Any]) -> list[str]:
        said: list[str] = []
        if params.get("return_to"):
            where = self.step_name(str(params["return_to"]), str(params.get("return_step", "")))
            said.append(told(message("Returned to: {step}", step=where)))
        verdicts = [one[0] for one in params.get("judgements", {}).values()]
        if verdicts:
            dropped = verdicts.count(Verdict.DROP)
            words = message(
                "Nominations kept: {kept}, dropped: {dropped}",
                kept=len(verdicts) - dropped,
                dropped=dropped,
            )
            said.append(told(words))
        late = params.get("values", {}).get("late_reason")
        if late:
            said.append(told(message("After the deadline: {reason}", reason=late)))
        files = [name for names in params.get("files", {}).values() for name in names]
        if files:
            said.append(told(message("Files: {names}", names=files)))
        left = params.get("unanswered")
        if left:
            words = message(
                "Completed before {offices} had answered: {reason}",
                offices=left.get("asked", []),
                reason=left.get("reason", ""),
            )
            said.append(told(words))
        return said

    def deadline_passed(self, params: Mapping[str, Any]) -> list[str]:
        """Where the dossier goes that comes too late for its round."""
        if "next_round" not in params:
            return []
        following = params["next_round"]
        if following is None:
            return [told(message("Belongs to the next round; none is open yet"))]
        name = Label(following["vi"], following["en"])
        return [told(message("Belongs to the next round, {round}", round=name))]

    def asked(self, params: Mapping[str, Any]) -> list[str]:
        said = [str(params["of"])] if params.get("of") else []
        if params.get("last_day"):
            last = date.fromisoformat(str(params["last_day"]))
            said.append(told(message("To be answered by {day}", day=day(last))))
        if params.get("subjects"):
            said.append(told(message("About: {names}", names=params["subjects"])))
        return said


_PLAIN: Mapping[str, Message] = {
    "to": message("To: {value}"),
    "from": message("From: {value}"),
    "level": message("Level {value}"),
    "granted_by": message("Granted by {value}"),
    "submission": message("Submission {value}"),
    "decision": message("Decision {value}"),
    "because": message("Because: {value}"),
}
"""What any kind of step may say, with the words for it."""

_OF_KIND: Mapping[str, Callable[[_Teller, Mapping[str, Any]], list[str]]] = {
    "nomination_added": _Teller.nomination,
    "nomination_removed": _Teller.nomination,
    "nomination_changed": _Teller.nomination_changed,
    "nominations_imported": lambda teller, params: [
        *teller.file(params),
        *teller.nominations_imported(params),
    ],
    "renamed": _Teller.renamed,
    "attachment_added": _Teller.file,
    "attachment_removed": _Teller.file,
    "attachment_replaced": _Teller.replaced,
    "papers_received": _Teller.papers_received,
    "receipt_corrected": _Teller.papers_received,
    "completed": _Teller.completed,
    "deadline_passed": _Teller.deadline_passed,
    "climb_stopped": _Teller.deadline_passed,
    "opinion_asked": _Teller.asked,
    "opinion_given": _Teller.asked,
    "opinion_withdrawn": _Teller.asked,
    "opinion_overtaken": _Teller.asked,
    "voted": _Teller.asked,
    "vote_closed": _Teller.asked,
    "notice": lambda _teller, params: [told(terms.of("template", params.get("template")))],
}


def _short(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
