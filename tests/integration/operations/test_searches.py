"""Finding things: by words without accents, in any order, and only what one may see."""

import pytest
from sqlalchemy import delete, insert, select

from service.domain.access import reach_of
from service.domain.comments import Scope
from service.domain.dossiers import DossierStatus
from service.domain.searches import Sent, Subject, Wanted
from service.domain.words import name_sort_key
from service.operations.dossier import comments, dossiers
from service.operations.dossier.dossiers import NominationInput
from service.operations.report import searches
from service.operations.watch import verification
from service.store import comments as comment_rows
from service.store import searches as store
from service.store.tables import Comment, Dossier, Organisation, Person, SearchWord
from tests.builders import SEATS, World


def found(world: World, who: str, wanted: Wanted | str, subject: Subject, **more: object) -> list[int]:
    """The ids of what somebody finds of one kind, in the order of its list."""
    if isinstance(wanted, str):
        wanted = Wanted(wanted)
    with world.database.read() as work:
        page = searches.find(work, world.actor(who), wanted, subject, **more).pages[subject]  # type: ignore[arg-type]
        return [row[0].id if isinstance(row, tuple) else row.id for row in page.rows]


def nominate(world: World, dossier_id: int, name: str) -> int:
    with world.database.write() as work:
        given = NominationInput("giay_khen", "individual", name, "Giúp ba hộ thoát nghèo.")
        return dossiers.add_nomination(work, world.actor("clerk"), dossier_id, given).id


def test_words_are_found_without_accents_in_any_order_and_by_their_beginning(world: World) -> None:
    one = world.open_dossier(title="Khen thưởng thôn Phú Cang")
    other = world.open_dossier(title="Hồ sơ khác")
    nominee = nominate(world, one, "Đỗ Động")
    for text in ("do dong", "DONG đỗ", "Đỗ Độ", "phu cang", "dong cang khen"):
        assert found(world, "clerk", text, Subject.DOSSIER) == [one], text
    assert found(world, "clerk", "động", Subject.NOMINATION) == [nominee]
    assert found(world, "clerk", "ong", Subject.NOMINATION) != [nominee], "not from inside a word"
    assert found(world, "clerk", "van gia", Subject.DOSSIER) == [other, one]
    assert found(world, "clerk", "do dong khac", Subject.DOSSIER) == []
    with world.database.write() as work:
        dossiers.rename(work, world.actor("clerk"), one, "Khen thưởng thôn Tân Phước")
        dossiers.remove_nomination(work, world.actor("clerk"), one, nominee)
    assert found(world, "clerk", "phu cang", Subject.DOSSIER) == []
    assert found(world, "clerk", "tan phuoc", Subject.DOSSIER) == [one]
    assert found(world, "clerk", "do dong", Subject.DOSSIER) == []
    assert found(world, "clerk", "do dong", Subject.NOMINATION) == []
    with world.database.read() as work:
        assert verification.verify(work).sound
    with world.database.write() as work:
        work.session.execute(delete(SearchWord).where(SearchWord.subject_id == one, SearchWord.word == "tan"))
    with world.database.read() as work:
        assert [one.invariant for one in verification.verify(work).broken] == ["a row is found by its words"]


def test_nobody_finds_what_they_may_not_see(world: World) -> None:
    draft, sent = world.open_dossier(), world.carry_to("decide", title="Đã gửi lên")
    assert found(world, "clerk", "van gia", Subject.DOSSIER) == [sent, draft]
    assert found(world, "labour", "van gia", Subject.DOSSIER) == [sent]
    assert found(world, "neighbour", "van gia", Subject.DOSSIER) == []
    assert found(world, "neighbour", "nguyen van", Subject.NOMINATION) == []
    letters = found(world, "labour", "ttr", Subject.SUBMISSION)
    assert len(letters) == 2
    assert found(world, "neighbour", "ttr", Subject.SUBMISSION) == []
    world.decide(sent, number="2102/QĐ-UBND")
    assert len(found(world, "clerk", "2102 qd", Subject.DECISION)) == 1
    assert found(world, "neighbour", "2102", Subject.DECISION) == []
    assert found(world, "neighbour", "van gia", Subject.ORGANISATION) != []
    assert len(found(world, "labour", "interior", Subject.PERSON)) == 2
    assert found(world, "neighbour", "interior", Subject.PERSON) == []
    assert len(found(world, "neighbour", "neigh", Subject.PERSON)) == 1
    with world.database.read() as work:
        code = work.session.scalars(select(Dossier.code).where(Dossier.id == draft)).one()
        exact = searches.find(work, world.actor("clerk"), Wanted(code.lower())).exact
        assert exact is not None
        assert exact.id == draft
        assert searches.find(work, world.actor("labour"), Wanted(code)).empty


def test_people_and_offices_are_read_page_by_page_in_the_order_of_their_names(world: World) -> None:
    with world.database.write() as work:
        first = work.session.scalars(select(Person).order_by(Person.id)).first()
        assert first is not None
        first.sort_key = name_sort_key("Zuy")
    for subject, table, text in (
        (Subject.ORGANISATION, Organisation, "u"),
        (Subject.ORGANISATION, Organisation, ""),
        (Subject.PERSON, Person, ""),
    ):
        whole = found(world, "admin", text, subject, limit=200)
        read = list[int]()
        while not read or len(read) < len(whole):
            before = read[-1] if read else None
            read += found(world, "admin", text, subject, before=before, limit=3)
        with world.database.read() as work:
            keys = {row.id: row.sort_key for row in work.session.query(table)}
        assert len(read) == len(set(read)) > 3, (subject, text)
        assert read == whole == sorted(whole, key=lambda one: (keys[one], one)), (subject, text)


def test_queries_let_through_exactly_what_the_rules_of_sight_let_see(world: World) -> None:
    world.open_dossier()
    sent = world.carry_to("select")
    with world.database.write() as work:
        for scope in Scope:
            comments.write(work, world.actor("labour"), sent, f"Trong {scope}", scope)
    told: dict[str, tuple[int, int, int]] = {}
    for who in SEATS:
        actor, reach = world.actor(who), reach_of(world.actor(who))
        with world.database.read() as work:
            every = list(work.session.scalars(select(Dossier).order_by(Dossier.id.desc())))
            seen = [
                one.id
                for one in every
                if reach.sees_dossier(one.unit_id, one.locality_id, submitted=one.submitted_at is not None)
            ]
            assert [one.id for one in store.dossiers(work, actor, Wanted(), None, 50).rows] == seen, who
            said = list(work.session.scalars(select(Comment)))
            read = [one.id for one in said if reach.reads_comment(one.organisation_id, Scope(one.scope))]
            assert [one.id for one in comment_rows.of_dossier(work, actor, sent)] == read, who
            offices = list(work.session.scalars(select(Organisation)))
            known = {one.id for one in offices if reach.knows_members(one.id, one.locality_id)}
            found = store.people(work, actor, Wanted(), None, 100, world.clock.now().date()).rows
            assert {one.id for _, of_one in found for one in of_one} <= known, who
            assert {seat.organisation_id for seat in actor.seats} <= known, who
        told[who] = len(seen), len(read), len(found)
    # Each rule tells people apart, so that none is compared with itself alone.
    assert [len({numbers[at] for numbers in told.values()}) > 1 for at in range(3)] == [True] * 3


def test_filters_narrow_with_and_without_words(world: World) -> None:
    draft, waiting = world.open_dossier(), world.carry_to("select")
    late = world.open_dossier()
    world.on("2024-12-01 09:00")
    world.submit(late, late_reason="Chờ xác nhận.")
    wanted = {
        Wanted(status=DossierStatus.DRAFT): [draft],
        Wanted("van gia", status=DossierStatus.RUNNING): [late, waiting],
        Wanted(sent=Sent.LATE): [late],
        Wanted(sent=Sent.IN_TIME): [waiting],
        Wanted(sent=Sent.NOT): [draft],
        Wanted(step="select"): [late, waiting],
        Wanted(overdue=True, step="prepare"): [draft],
        Wanted("khong co", step="select"): [],
    }
    for one, expected in wanted.items():
        assert found(world, "admin", one, Subject.DOSSIER) == expected, one


@pytest.mark.parametrize(("rare", "walked"), [(1, 3), (1000, 5000)])
def test_paging_finds_everything_once_however_common_the_words_are(
    world: World, monkeypatch: pytest.MonkeyPatch, rare: int, walked: int
) -> None:
    monkeypatch.setattr(store, "RARE", rare)
    monkeypatch.setattr(store, "WALKED", walked)
    template = world.open_dossier(title="Phong trào lớn")
    with world.database.write() as work:
        row = work.session.get_one(Dossier, template)
        values = {column.name: getattr(row, column.name) for column in Dossier.__table__.c}
        words = [
            {"locality_id": row.locality_id, "subject": "dossier", "word": word, "subject_id": 0}
            for word in ("phong", "lon")
        ]
        for number in range(1, 12):
            new_id = template + number
            work.session.execute(insert(Dossier), [values | {"id": new_id, "code": f"X{number}"}])
            kept = words if number % 4 == 0 else words[:1]
            work.session.execute(insert(SearchWord), [one | {"subject_id": new_id} for one in kept])
    collected: list[int] = []
    before = None
    for _ in range(20):
        with world.database.read() as work:
            result = searches.find(
                work, world.actor("clerk"), Wanted("lon phong"), Subject.DOSSIER, before=before, limit=2
            )
        page = result.pages[Subject.DOSSIER]
        collected += [one.id for one in page.rows]
        before = page.following
        if before is None:
            break
    assert collected == [template + 8, template + 4, template]
