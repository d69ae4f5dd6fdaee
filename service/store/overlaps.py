"""Queries over nominations that look alike in other rounds, and what was answered about them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from service.domain.dossiers import GONE
from service.domain.tasks import JUDGES_NOMINATIONS
from service.store.tables import Dossier, Nomination, OverlapAnswer, UserTask
from service.store.work import Work

_PREFIX = 32
"""Characters of a match key that tell nominee and award: see `service.domain.overlaps`."""

_own, _other = aliased(Nomination, name="own"), aliased(Nomination, name="other")
_own_dossier, _other_dossier = aliased(Dossier, name="own_dossier"), aliased(Dossier, name="other_dossier")

_ELSEWHERE = and_(
    _other_dossier.id == _other.dossier_id,
    _other_dossier.locality_id == _own_dossier.locality_id,
    _other_dossier.round_id != _own_dossier.round_id,
    # What a unit still prepares is nobody else's to know of; its own reviewer will be told.
    _other_dossier.submitted_at.is_not(None),
)
# Built once: this is asked at every verdict.
_BESIDE = (
    select(_other.dossier_id)
    .select_from(UserTask)
    .join(_own_dossier, _own_dossier.id == UserTask.dossier_id)
    .join(_own, _own.dossier_id == UserTask.dossier_id)
    .join(_other, and_(_other.match_key == _own.match_key, _other.match_key != ""))
    .join(_other_dossier, _ELSEWHERE)
    .where(
        UserTask.id.in_(bindparam("task_ids", expanding=True)),
        UserTask.act.in_(JUDGES_NOMINATIONS),
        _other.status.not_in(GONE),
    )
    .distinct()
)
# Nearly no nominee is proposed twice: whether anything matches at all is asked first, and costs little.
_ANYWHERE = (
    select(_other.id)
    .select_from(UserTask)
    .join(_own, _own.dossier_id == UserTask.dossier_id)
    .join(
        _other,
        and_(
            _other.match_key == _own.match_key,
            _other.match_key != "",
            _other.dossier_id != _own.dossier_id,
        ),
    )
    .where(UserTask.id.in_(bindparam("task_ids", expanding=True)))
    .limit(1)
)
_OWN = select(UserTask.dossier_id).where(UserTask.id.in_(bindparam("task_ids", expanding=True))).distinct()
_nominee = func.substr(_own.match_key, 1, _PREFIX)
_ALIKE = (
    select(_own.id, _other)
    .join(_own_dossier, _own_dossier.id == _own.dossier_id)
    # A range of keys, which the index can read: "-" is followed by "." in byte order.
    .join(_other, and_(_other.match_key >= _nominee + "-", _other.match_key < _nominee + "."))
    .join(_other_dossier, _ELSEWHERE)
    .where(_own.id.in_(bindparam("nomination_ids", expanding=True)), _own.match_key != "")
    .options(
        joinedload(_other.award, innerjoin=True),
        contains_eager(_other.dossier.of_type(_other_dossier)).options(
            joinedload(_other_dossier.round, innerjoin=True), joinedload(_other_dossier.unit, innerjoin=True)
        ),
    )
    .order_by(_own.id, _other.id)
)


def beside(work: Work, task_ids: Iterable[int], named: Sequence[int] = ()) -> set[int]:
    """The ids of dossiers of other rounds with a standing nomination that matches one to be judged.

    The dossiers of the nominations in `named` are among them.
    """
    asked = {"task_ids": list(task_ids)}
    found = set[int]()
    if work.session.scalar(_ANYWHERE, asked) is not None:
        found = set(work.session.scalars(_BESIDE, asked))
    if named:
        found |= set(work.session.scalars(select(Nomination.dossier_id).where(Nomination.id.in_(named))))
    return found


def dossiers_of(work: Work, task_ids: Iterable[int]) -> set[int]:
    """The ids of the dossiers of some tasks."""
    return set(work.session.scalars(_OWN, {"task_ids": list(task_ids)}))


def alike(work: Work, nomination_ids: Sequence[int]) -> list[tuple[int, Nomination]]:
    """Nominations of the same nominee for the same award in other rounds, each with the id that it is like.

    Those with the very same key are among them. Their dossiers, rounds and units are read along.
    """
    if not nomination_ids:
        return []
    rows = work.session.execute(_ALIKE, {"nomination_ids": list(nomination_ids)})
    return [(own_id, other) for own_id, other in rows]


def answers(work: Work, nomination_ids: Sequence[int]) -> list[OverlapAnswer]:
    """All answers about some nominations with who gave them, oldest first."""
    if not nomination_ids:
        return []
    ids = list(nomination_ids)
    return list(
        work.session.scalars(
            select(OverlapAnswer)
            .where(or_(OverlapAnswer.nomination_id.in_(ids), OverlapAnswer.other_id.in_(ids)))
            .options(joinedload(OverlapAnswer.person, innerjoin=True))
            .order_by(OverlapAnswer.id)
        )
    )
