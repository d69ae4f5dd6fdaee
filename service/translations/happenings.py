"""The words for what the steps of a history say has happened; part of `terms`."""

from collections.abc import Mapping

from service.domain.errors import Message, message

HAPPENED: Mapping[str, Message] = {
    "created": message("Dossier opened"),
    "report_opened": message("Report opened"),
    "renamed": message("Title changed"),
    "nomination_added": message("Nomination added"),
    "nomination_changed": message("Nomination changed"),
    "nomination_removed": message("Nomination removed"),
    "nominations_imported": message("Nominations imported from a workbook"),
    "attachment_added": message("File attached"),
    "attachment_removed": message("File removed"),
    "attachment_replaced": message("File replaced by a newer version"),
    "papers_received": message("Paper originals received"),
    "receipt_corrected": message("Receipt of paper originals corrected"),
    "claimed": message("Task claimed"),
    "released": message("Task released"),
    "holder_left": message("Task free again: its holder has left the office"),
    "reassigned": message("Task given to somebody else by the head"),
    "delegated": message("Colleague asked to work on the task"),
    "resolved": message("Task given back to its owner"),
    "taken_back": message("Task taken back by its owner"),
    "opinion_asked": message("Opinion asked for"),
    "opinion_given": message("Opinion given"),
    "opinion_withdrawn": message("Question withdrawn"),
    "opinion_overtaken": message("Question closed: the dossier has moved on"),
    "voted": message("Ballot cast"),
    "vote_closed": message("Vote closed and counted"),
    "completed": message("Step completed"),
    "cancelled": message("Step closed without completion"),
    "withdrawn": message("Dossier withdrawn"),
    "redated": message("Deadlines changed"),
    "extended": message("Deadline extended for the unit"),
    "extension_ended": message("Extension ended"),
    "deadline_passed": message("Deadline passed"),
    "climb_stopped": message("Nobody is urged any more: it can be sent in no longer"),
    "late_policy_changed": message("What comes late is treated in another way"),
    "timer_fired": message("Escalation started"),
    "overtaken": message("Escalation closed: its late step is done"),
    "notice": message("Notice sent"),
    "overlap_answered": message("Overlap with another round answered"),
    "ended": message("Process ended"),
}
"""What the steps of a history say has happened."""
