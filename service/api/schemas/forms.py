"""What protects whoever fills in a task's form: drafts, files, and what sending it would bring about."""

from marshmallow import fields

from service.api.fields import Answer, Day, FormValues, Input, Instant, Whole


class DraftInput(Input):
    """What has been typed so far, valid or not.

    `revision` is the one last seen, 0 for none: if the draft has been saved elsewhere since, the answer is
    409. Without it whatever is there is overwritten.
    """

    values = FormValues(required=True)
    revision = Whole(least=0, most=2**31, load_default=None, allow_none=True)


class Draft(Answer):
    """One's own draft of a form; `revision` 0 says that there is none."""

    values = fields.Dict()
    revision = fields.Integer()
    saved_at = Instant()


class FormFile(Answer):
    """A file in a field of a form that has not been sent yet."""

    id = fields.Integer()
    field = fields.String()
    display_name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    uploaded_at = Instant()


class FormFileList(Answer):
    """One's own files in a task's form."""

    files = fields.List(fields.Nested(FormFile))


class NextStep(Answer):
    """A step that would open: whose it is, who would hold it at once, and until when."""

    element_id = fields.String()
    name = fields.String()
    office = fields.Function(lambda step: {"vi": step.office.vi, "en": step.office.en})
    holder = fields.String(allow_none=True)
    last_day = Day()
    due_at = Instant()


class NextMail(Answer):
    """Mails of one kind that would be sent."""

    template = fields.String()
    recipients = fields.List(fields.String())


class Foreseen(Answer):
    """What sending the form would bring about now; nothing of it has been kept."""

    status = fields.String()
    ends = fields.Boolean()
    outcome = fields.String()
    steps = fields.List(fields.Nested(NextStep))
    mails = fields.List(fields.Nested(NextMail))


class Change(Answer):
    """A step of the dossier's history since a version."""

    position = fields.Integer()
    at = Instant()
    kind = fields.String()
    person_name = fields.String()
    organisation_name = fields.String(allow_none=True)
    element_id = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)


class Changes(Answer):
    """What has happened to a task's dossier since a version; `over` says why the task is closed."""

    version = fields.Integer()
    steps = fields.List(fields.Nested(Change))
    over = fields.String(allow_none=True)
    holder = fields.String(allow_none=True)


class FormVersion(Answer):
    """A deployed version of a form, and how many open tasks keep it."""

    key = fields.String()
    version = fields.Integer()
    deployed_at = Instant()
    open_tasks = fields.Integer()


class FormVersionList(Answer):
    """All versions of all forms, the newest of each first."""

    forms = fields.List(fields.Nested(FormVersion))
