"""A council's result follows from its rule, whatever the numbers: quorum, share, rounding."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import Invalid
from service.domain.opinions import Choice, ShareOf, VoteRule, check_votes, count, seal

PARTS = st.fractions(min_value=Fraction(1, 100), max_value=1, max_denominator=100)
RULES = st.builds(VoteRule, PARTS, PARTS, st.sampled_from(ShareOf))
BALLOTS = st.integers(1, 60).flatmap(
    lambda members: st.tuples(st.just(members), st.lists(st.sampled_from(Choice), max_size=members))
)


@given(RULES, BALLOTS)
def test_quorum_and_share_are_compared_without_rounding(
    rule: VoteRule, given_: tuple[int, list[Choice]]
) -> None:
    members, votes = given_
    counted = count(rule, members, votes)
    base = members if rule.share_of is ShareOf.MEMBERS else len(votes)
    assert counted.agree + counted.disagree + counted.abstain == counted.cast == len(votes)
    assert counted.quorate == (Fraction(len(votes), members) >= rule.quorum)
    enough = base > 0 and Fraction(votes.count(Choice.AGREE), base) >= rule.share
    assert counted.carried == (counted.quorate and enough)


@given(RULES, st.integers(1, 1000), st.data())
def test_whole_members_are_needed_and_one_less_is_not_enough(
    rule: VoteRule, members: int, data: st.DataObject
) -> None:
    needed = rule.voters_needed(members)
    assert needed == ceil(rule.quorum * members)
    assert 1 <= needed <= members
    assert Fraction(needed - 1, members) < rule.quorum <= Fraction(needed, members)
    cast = data.draw(st.integers(needed, members))
    assert rule.agreeing_needed(members, cast) <= members


@given(RULES, BALLOTS, st.integers(0, 60))
def test_another_agreeing_vote_never_turns_a_result_down(
    rule: VoteRule, given_: tuple[int, list[Choice]], where: int
) -> None:
    members, votes = given_
    if not votes or Choice.AGREE in votes[where % len(votes)]:
        return
    better = list(votes)
    better[where % len(votes)] = Choice.AGREE
    assert count(rule, members, better).carried >= count(rule, members, votes).carried


@pytest.mark.parametrize(
    ("members", "agree", "disagree", "carried"),
    [
        (9, 6, 0, True),
        (9, 5, 1, False),
        (9, 5, 0, False),
        (10, 7, 0, True),
        (10, 6, 1, False),
        (1, 1, 0, True),
    ],
)
def test_two_thirds_of_all_members(members: int, agree: int, disagree: int, *, carried: bool) -> None:
    rule = VoteRule(Fraction(2, 3), Fraction(2, 3), ShareOf.MEMBERS)
    votes = [Choice.AGREE] * agree + [Choice.DISAGREE] * disagree
    assert count(rule, members, votes).carried is carried


def test_a_ballot_covers_every_subject_and_nothing_else() -> None:
    assert check_votes([1, 2], {1: ("agree", " a "), 2: ("abstain", "")})[1] == (Choice.AGREE, "a")
    for wrong in (
        {1: ("agree", "")},
        {1: ("agree", ""), 2: ("maybe", "")},
        {1: ("agree", ""), 2: ("agree", ""), 3: ("agree", "")},
    ):
        with pytest.raises(Invalid):
            check_votes([1, 2], wrong)


@given(
    st.dictionaries(
        st.integers(1, 9), st.tuples(st.sampled_from(["agree", "disagree"]), st.text(max_size=5)), min_size=1
    )
)
def test_a_seal_tells_every_change_and_nothing_without_its_secret(votes: dict[int, tuple[str, str]]) -> None:
    changed = {key: ("abstain", reason) for key, (_, reason) in votes.items()}
    assert seal("a", votes) == seal("a", dict(reversed(votes.items())))
    assert len({seal("a", votes), seal("b", votes), seal("a", changed)}) == 3
