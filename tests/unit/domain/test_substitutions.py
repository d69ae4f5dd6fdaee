"""Which absences go together: one substitute for a role on a day, and nobody stands in who is away."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import Invalid
from service.domain.substitutions import Standing, check

TODAY = date(2024, 11, 20)
DAYS = st.integers(0, 12).map(lambda number: TODAY + timedelta(days=number))
ENTRIES = st.builds(
    lambda absent, substitute, ends, groups: Standing(
        absent, substitute, min(ends), max(ends), frozenset(groups)
    ),
    st.integers(1, 4),
    st.integers(1, 4),
    st.tuples(DAYS, DAYS),
    st.sets(st.integers(1, 2), min_size=1),
)


@given(st.lists(ENTRIES, max_size=12))
def test_whatever_is_entered_every_role_has_one_who_is_there_each_day(entries: list[Standing]) -> None:
    kept: list[Standing] = []
    for one in entries:
        try:
            check(one, kept, TODAY, {1, 2})
        except Invalid:
            continue
        kept.append(one)
    for number in range(13):
        day = TODAY + timedelta(days=number)
        now = [one for one in kept if one.meets(day, day)]
        away = {one.absent_id for one in now}
        assert not away & {one.substitute_id for one in now}
        filled = [(one.absent_id, group) for one in now for group in one.group_ids]
        assert len(filled) == len(set(filled))


@given(ENTRIES)
def test_what_stands_alone_is_refused_only_for_its_own_faults(one: Standing) -> None:
    try:
        check(one, [], TODAY, {1, 2})
    except Invalid:
        assert one.absent_id == one.substitute_id
    else:
        assert one.absent_id != one.substitute_id
