"""The words for the keys of the domain: statuses, outcomes, acts, folders, kinds; the one place for them.

`of("outcome", row.outcome)` words what a row holds, `of_member(Outcome.ACCEPT)` a member itself.
"""

from collections.abc import Mapping
from enum import StrEnum

from service.domain.awards import Extent, Medium, Power
from service.domain.calendars import DayKind
from service.domain.comments import Scope
from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.differences import Difference
from service.domain.dossiers import DossierKind, DossierStatus, NominationStatus, NomineeKind, Verdict
from service.domain.duties import ReportState
from service.domain.errors import Message, message
from service.domain.incidents import IncidentKind
from service.domain.itineraries import StepState
from service.domain.labels import Language
from service.domain.opinions import Answer as OpinionAnswer
from service.domain.opinions import Choice as VoteChoice
from service.domain.opinions import OpinionState, ShareOf
from service.domain.organisations import Function, Level
from service.domain.overlaps import OverlapVerdict
from service.domain.queues import SortKey
from service.domain.reminders import Audience, DayCount
from service.domain.reports import ExportKind, ExportState, UnitState
from service.domain.rounds import RoundKind
from service.domain.searches import Sent, Subject
from service.domain.slips import Timeliness
from service.domain.tasks import Act, Closing, Folder, Outcome
from service.translations.happenings import HAPPENED

ENUMERATIONS: dict[type[StrEnum], Mapping[StrEnum, Message]] = {
    Scope: {
        Scope.OFFICE: message("My office only"),
        Scope.DOSSIER: message("Everybody who may see this dossier"),
    },
    StepState: {
        StepState.DONE: message("done"),
        StepState.CURRENT: message("now here"),
        StepState.AHEAD: message("still ahead"),
        StepState.SKIPPED: message("not on the way"),
    },
    IncidentKind: {
        IncidentKind.TIMER: message("Deadline that could not fire"),
        IncidentKind.VOTE: message("Vote that could not be counted"),
        IncidentKind.REPORT: message("Report that could not be opened"),
        IncidentKind.MAIL: message("Mail that could not be delivered"),
        IncidentKind.REMINDER: message("Reminder that could not be sent"),
        IncidentKind.UNHEARD_MAIL: message("Mail that nobody is there to read"),
        IncidentKind.UNHEARD_REMINDER: message("Reminder that nobody is there to read"),
    },
    DossierKind: {
        DossierKind.AWARD: message("Award dossiers"),
        DossierKind.DUTY: message("Duty reports"),
    },
    ReportState: {
        ReportState.UNOPENED: message("Not opened yet"),
        ReportState.OPEN: message("Not sent yet"),
        ReportState.RETURNED: message("Returned for supplement"),
        ReportState.SENT: message("Sent, not yet received"),
        ReportState.RECEIVED: message("Report received"),
        ReportState.EXCUSED: message("Nothing to report"),
    },
    DossierStatus: {
        DossierStatus.DRAFT: message("In preparation"),
        DossierStatus.RUNNING: message("Under review"),
        DossierStatus.RETURNED: message("Returned for supplement"),
        DossierStatus.DECIDED: message("Decided"),
        DossierStatus.HANDED_OVER: message("Handed over upward"),
        DossierStatus.REFUSED: message("Refused"),
        DossierStatus.WITHDRAWN: message("Withdrawn"),
        DossierStatus.RECEIVED: message("Report received"),
        DossierStatus.EXCUSED: message("Nothing to report"),
    },
    NominationStatus: {
        NominationStatus.PROPOSED: message("Proposed"),
        NominationStatus.SELECTED: message("Kept"),
        NominationStatus.DROPPED: message("Dropped"),
        NominationStatus.AWARDED: message("Awarded"),
        NominationStatus.APPROVED_UPWARD: message("Approved to go upward"),
        NominationStatus.HANDED_OVER: message("Handed over"),
        NominationStatus.REFUSED: message("Refused"),
        NominationStatus.WITHDRAWN: message("Withdrawn"),
    },
    NomineeKind: {
        NomineeKind.INDIVIDUAL: message("Individual"),
        NomineeKind.COLLECTIVE: message("Collective"),
        NomineeKind.HOUSEHOLD: message("Household"),
        NomineeKind.ENTERPRISE: message("Enterprise"),
        NomineeKind.COMMUNITY: message("Community"),
    },
    Subject: {
        Subject.DOSSIER: message("Dossiers"),
        Subject.NOMINATION: message("Nominees"),
        Subject.DECISION: message("Decisions"),
        Subject.SUBMISSION: message("Letters"),
        Subject.ORGANISATION: message("Units and offices"),
        Subject.PERSON: message("People"),
    },
    UnitState: {
        UnitState.IN_TIME: message("Submitted in time"),
        UnitState.LATE: message("Submitted late"),
        UnitState.PREPARING: message("In preparation"),
        UnitState.UNOPENED: message("No dossier opened"),
    },
    ExportKind: {
        ExportKind.DOSSIERS: message("List of dossiers"),
        ExportKind.NOMINATIONS: message("Nominations of a round"),
        ExportKind.PROGRESS: message("Progress of a round"),
        ExportKind.INBOX: message("Tasks of the inbox"),
    },
    ExportState: {
        ExportState.QUEUED: message("Waiting its turn"),
        ExportState.RUNNING: message("Being written"),
        ExportState.READY: message("Ready"),
        ExportState.FAILED: message("Failed"),
    },
    Sent: {
        Sent.YES: message("Ever submitted"),
        Sent.IN_TIME: message("Submitted in time"),
        Sent.LATE: message("Submitted late"),
        Sent.NOT: message("Not submitted yet"),
    },
    Verdict: {
        Verdict.SELECT: message("Keep"),
        Verdict.DROP: message("Drop"),
    },
    OverlapVerdict: {
        OverlapVerdict.DIFFERENT: message("different achievements"),
        OverlapVerdict.SAME: message("the same achievement"),
    },
    Act: {
        Act.SUBMIT: message("Prepare and submit"),
        Act.SELECT: message("Select"),
        Act.APPRAISE: message("Appraise"),
        Act.FORWARD: message("Forward"),
        Act.DECIDE: message("Decide"),
        Act.HAND_OVER: message("Hand over"),
        Act.ACKNOWLEDGE: message("Follow up"),
        Act.REPORT: message("Prepare and send a report"),
        Act.RECEIVE: message("Receive a report"),
    },
    Outcome: {
        Outcome.SUBMIT: message("submitted"),
        Outcome.ACCEPT: message("accepted"),
        Outcome.RETURN_UNIT: message("returned to the unit"),
        Outcome.RETURN_PREVIOUS: message("returned to an earlier step"),
        Outcome.REFUSE: message("refused"),
        Outcome.FORWARD: message("forwarded"),
        Outcome.APPROVE: message("approved"),
        Outcome.HANDED_OVER: message("handed over"),
        Outcome.ACKNOWLEDGED: message("acknowledged"),
        Outcome.NOT_APPLICABLE: message("nothing to report"),
    },
    Folder: {
        Folder.MINE: message("Mine"),
        Folder.GROUP: message("Unclaimed"),
        Folder.OVERDUE: message("Overdue"),
        Folder.SOON: message("Due soon"),
        Folder.SUPPLEMENT: message("Awaiting supplement"),
        Folder.WAITING: message("I am waiting for"),
        Folder.SNOOZED: message("Tasks put off"),
        Folder.OFFICE: message("Whole office"),
        Folder.DONE: message("Done"),
    },
    SortKey: {
        SortKey.DEADLINE: message("Deadline"),
        SortKey.UNIT: message("Unit"),
        SortKey.STEP: message("Step"),
        SortKey.CODE: message("Code"),
        SortKey.OPENED: message("Opened"),
    },
    Closing: {
        Closing.COMPLETED: message("Completed"),
        Closing.CANCELLED: message("Closed without completion"),
    },
    RoundKind: {
        RoundKind.ANNUAL: message("Annual"),
        RoundKind.MID_TERM: message("Mid-term review"),
        RoundKind.FINAL: message("Final review"),
        RoundKind.AD_HOC: message("Special achievement"),
        RoundKind.DUTY: message("Duty report"),
    },
    Bound: {
        Bound.BEFORE: message("before the day"),
        Bound.BY: message("by the end of the day"),
    },
    Roll: {
        Roll.NONE: message("not moved off rest days"),
        Roll.NEXT: message("moved to the next working day"),
        Roll.PREVIOUS: message("moved to the previous working day"),
    },
    LatePolicy: {
        LatePolicy.ACCEPT_FLAGGED: message("accepted late, with a written reason shown to every reviewer"),
        LatePolicy.REFUSE: message("not accepted after the deadline"),
        LatePolicy.NEXT_ROUND: message("belongs to the next round after the deadline"),
    },
    Function: {
        Function.UNIT: message("Proposing unit"),
        Function.LABOUR: message("Labour office"),
        Function.INTERIOR: message("Interior office"),
        Function.CHAIRMAN: message("Chairman"),
        Function.CHAIRMAN_OFFICE: message("Office of the Chairman"),
        Function.COUNCIL: message("Council"),
        Function.UPPER: message("Higher authority"),
    },
    Level: {
        Level.STATE: message("State"),
        Level.PROVINCE: message("Province"),
        Level.DEPARTMENT: message("Department"),
        Level.DISTRICT: message("District"),
        Level.COMMUNE: message("Commune"),
        Level.UNIT: message("Unit"),
    },
    Audience: {
        Audience.CANDIDATES: message("whoever holds the task, else the whole office"),
        Audience.ASSIGNEE: message("only whoever holds the task"),
        Audience.UNIT_HEAD: message("the head of the proposing unit"),
        Audience.OFFICE_HEAD: message("the head of the office"),
        Audience.FOCAL_OFFICE: message("the intake office"),
        Audience.CHAIRMAN_OFFICE: message("the office of the Chairman"),
        Audience.RECEIVING_OFFICE: message("the office that receives the report"),
    },
    Power: {
        Power.OWN: message("Within this authority's power"),
        Power.UPWARD: message("For the higher authority"),
    },
    Timeliness: {
        Timeliness.EARLY: message("Before the deadline"),
        Timeliness.ON_TIME: message("On time"),
        Timeliness.LATE: message("Late"),
        Timeliness.OPEN: message("In hand"),
        Timeliness.OVERDUE: message("In hand, overdue"),
        Timeliness.NO_DEADLINE: message("Done, without a deadline"),
    },
    Difference: {
        Difference.ADDED: message("Added"),
        Difference.REMOVED: message("Taken out"),
        Difference.CHANGED: message("Changed"),
        Difference.REPLACED: message("Replaced"),
    },
    Extent: {
        Extent.DOSSIER: message("one for the dossier"),
        Extent.NOMINATION: message("one for each nomination"),
    },
    Medium: {
        Medium.PAPER: message("on paper"),
        Medium.ELECTRONIC: message("as a file only"),
    },
    DayKind: {
        DayKind.OFF: message("Day off"),
        DayKind.WORKING: message("Make-up working day"),
    },
    DayCount: {
        DayCount.CALENDAR: message("calendar days"),
        DayCount.WORKING: message("working days"),
    },
    # Each language is called by its own name.
    Language: {
        Language.VIETNAMESE: Message("Tiếng Việt"),
        Language.ENGLISH: Message("English"),
    },
}

_OPINION_ENUMERATIONS: dict[type[StrEnum], Mapping[StrEnum, Message]] = {
    OpinionAnswer: {
        OpinionAnswer.AGREE: message("agree"),
        OpinionAnswer.CONDITIONS: message("agree with conditions"),
        OpinionAnswer.DISAGREE: message("disagree"),
    },
    VoteChoice: {
        VoteChoice.AGREE: message("agree"),
        VoteChoice.DISAGREE: message("disagree"),
        VoteChoice.ABSTAIN: message("abstain"),
    },
    OpinionState: {
        OpinionState.OPEN: message("waiting for the answer"),
        OpinionState.ANSWERED: message("answered"),
        OpinionState.VOTED: message("voted and counted"),
        OpinionState.WITHDRAWN: message("withdrawn"),
        OpinionState.OVERTAKEN: message("overtaken: the dossier has moved on"),
    },
    ShareOf: {
        ShareOf.MEMBERS: message("of all members"),
        ShareOf.VOTES: message("of the votes cast"),
    },
}
ENUMERATIONS |= _OPINION_ENUMERATIONS

_VOTED: Mapping[str, Message] = {
    "carried": message("the council agrees"),
    "partly_carried": message("the council agrees in part"),
    "not_carried": message("the council does not agree"),
}

_MAIL: Mapping[str, Message] = {
    "queued": message("Waiting to be sent"),
    "sending": message("Being sent"),
    "sent": message("Sent"),
    "dead": message("Could not be delivered"),
    "declined": message("Declined by its reader"),
}

_TEMPLATE: Mapping[str, Message] = {
    "reminder": message("Deadline reminder"),
    "returned": message("Dossier returned"),
    "escalation": message("Overdue step"),
    "unit_overdue": message("Unit overdue"),
    "report_overdue": message("Report overdue"),
    "report_settled": message("Outcome of a report"),
    "decided": message("Outcome of a dossier"),
    "mentioned": message("Called in a comment"),
    "assigned": message("Task given by the head"),
    "reassigned": message("Task gone to somebody else"),
    "delegated": message("Asked to work on a task"),
    "resolved": message("Task given back"),
    "opinion_asked": message("Opinion asked for"),
    "opinion_due": message("Opinion due"),
    "opinion_given": message("Opinion given"),
    "substitution": message("Substitution"),
    "password_changed": message("Password changed"),
    "digest": message("Daily digest"),
}
"""What a mail is about, by its template."""

_ONE_DAY: Mapping[str, Message] = {
    DayCount.CALENDAR.value: message("calendar day"),
    DayCount.WORKING.value: message("working day"),
}
"""What a single day is called by how days are counted."""

_KINDS: Mapping[str, type[StrEnum]] = {
    "act": Act,
    "audience": Audience,
    "bound": Bound,
    "comment_scope": Scope,
    "incident": IncidentKind,
    "itinerary": StepState,
    "closing": Closing,
    "day": DayKind,
    "day_count": DayCount,
    "dossier": DossierStatus,
    "dossier_kind": DossierKind,
    "extent": Extent,
    "medium": Medium,
    "folder": Folder,
    "function": Function,
    "language": Language,
    "late": LatePolicy,
    "level": Level,
    "nomination": NominationStatus,
    "nominee": NomineeKind,
    "opinion": OpinionAnswer,
    "opinion_state": OpinionState,
    "share_of": ShareOf,
    "vote": VoteChoice,
    "outcome": Outcome,
    "overlap": OverlapVerdict,
    "power": Power,
    "report": ReportState,
    "roll": Roll,
    "round": RoundKind,
    "sort": SortKey,
    "export": ExportKind,
    "export_state": ExportState,
    "sent": Sent,
    "subject": Subject,
    "unit_state": UnitState,
    "timeliness": Timeliness,
    "difference": Difference,
    "verdict": Verdict,
}
TERMS: Mapping[str, Mapping[str, Message]] = {
    kind: {member.value: words for member, words in ENUMERATIONS[enumeration].items()}
    for kind, enumeration in _KINDS.items()
} | {"happened": HAPPENED, "one_day": _ONE_DAY, "mail": _MAIL, "template": _TEMPLATE, "voted": _VOTED}
"""The words by kind and key."""


def of(kind: str, value: str | None) -> Message | None:
    """The words for a value that a row holds; the value itself where a diagram or file brought a new one.

    Raises:
        KeyError: there is no such kind.
    """
    if value is None:
        return None
    return TERMS[kind].get(value) or Message(value)


def all_of(kind: str) -> Mapping[str, Message]:
    """All keys of a kind with their words, in their own order."""
    return TERMS[kind]


def of_member(member: StrEnum) -> Message:
    """The words for a member of one of the domain's enumerations."""
    return ENUMERATIONS.get(type(member), {}).get(member) or Message(member.value)
