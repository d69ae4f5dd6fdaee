"""The words of the screens for the domain's keys: folders, acts, outcomes, statuses, what happened."""

from service.domain.dossiers import DossierStatus, NominationStatus, NomineeKind, Verdict
from service.domain.errors import Message, message
from service.domain.tasks import Act, Folder, Outcome

_TERMS: dict[str, dict[str, Message]] = {
    "folder": {
        Folder.MINE: message("Mine"),
        Folder.GROUP: message("Unclaimed"),
        Folder.OVERDUE: message("Overdue"),
        Folder.SOON: message("Due soon"),
        Folder.SUPPLEMENT: message("Awaiting supplement"),
        Folder.DONE: message("Done"),
    },
    "act": {
        Act.SUBMIT: message("Prepare and submit"),
        Act.SELECT: message("Select"),
        Act.APPRAISE: message("Appraise"),
        Act.FORWARD: message("Forward"),
        Act.DECIDE: message("Decide"),
        Act.HAND_OVER: message("Hand over"),
        Act.ACKNOWLEDGE: message("Follow up"),
    },
    "outcome": {
        Outcome.SUBMIT: message("submitted"),
        Outcome.ACCEPT: message("accepted"),
        Outcome.RETURN_UNIT: message("returned to the unit"),
        Outcome.RETURN_PREVIOUS: message("returned to the previous step"),
        Outcome.REFUSE: message("refused"),
        Outcome.FORWARD: message("forwarded"),
        Outcome.APPROVE: message("approved"),
        Outcome.HANDED_OVER: message("handed over"),
        Outcome.ACKNOWLEDGED: message("acknowledged"),
    },
    "dossier": {
        DossierStatus.DRAFT: message("In preparation"),
        DossierStatus.RUNNING: message("Under review"),
        DossierStatus.RETURNED: message("Returned for supplement"),
        DossierStatus.DECIDED: message("Decided"),
        DossierStatus.HANDED_OVER: message("Handed over upward"),
        DossierStatus.REFUSED: message("Refused"),
        DossierStatus.WITHDRAWN: message("Withdrawn"),
    },
    "nomination": {
        NominationStatus.PROPOSED: message("Proposed"),
        NominationStatus.SELECTED: message("Kept"),
        NominationStatus.DROPPED: message("Dropped"),
        NominationStatus.AWARDED: message("Awarded"),
        NominationStatus.APPROVED_UPWARD: message("Approved to go upward"),
        NominationStatus.HANDED_OVER: message("Handed over"),
        NominationStatus.REFUSED: message("Refused"),
        NominationStatus.WITHDRAWN: message("Withdrawn"),
    },
    "nominee": {
        NomineeKind.INDIVIDUAL: message("Individual"),
        NomineeKind.COLLECTIVE: message("Collective"),
        NomineeKind.HOUSEHOLD: message("Household"),
        NomineeKind.ENTERPRISE: message("Enterprise"),
        NomineeKind.COMMUNITY: message("Community"),
    },
    "verdict": {
        Verdict.SELECT: message("Keep"),
        Verdict.DROP: message("Drop"),
    },
    "happened": {
        "created": message("Dossier opened"),
        "renamed": message("Title changed"),
        "nomination_added": message("Nomination added"),
        "nomination_changed": message("Nomination changed"),
        "nomination_removed": message("Nomination removed"),
        "attachment_added": message("File attached"),
        "attachment_removed": message("File removed"),
        "claimed": message("Task claimed"),
        "released": message("Task released"),
        "completed": message("Step completed"),
        "withdrawn": message("Dossier withdrawn"),
        "deadline_passed": message("Deadline passed"),
        "timer_fired": message("Escalation started"),
        "notice": message("Notice sent"),
        "cancelled": message("Step closed without completion"),
        "redated": message("Deadlines changed"),
        "ended": message("Process ended"),
    },
    "mail": {
        "queued": message("Waiting to be sent"),
        "sending": message("Being sent"),
        "sent": message("Sent"),
        "failed": message("Could not be delivered"),
        "uncertain": message("Delivery uncertain"),
        "cancelled": message("Cancelled"),
    },
}
EXTENTS = {
    "nomination": message("one for each nomination"),
    "dossier": message("one for the dossier"),
}


def of(kind: str, value: str | None) -> Message | None:
    """The words for a key; the key itself where none are known."""
    if value is None:
        return None
    return _TERMS[kind].get(value, Message(str(value)))


def all_of(kind: str) -> dict[str, Message]:
    """All keys of a kind with their words, in their own order."""
    return _TERMS[kind]
