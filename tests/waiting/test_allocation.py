"""Whose turn it is, without any database (W3, W9, W10)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kring.waiting.allocation import AttractionPlaces, Party, deal

A, B, HALL, TALL, SMALL = 1, 2, 10, 11, 12


def dealt(queue, free, *, is_strict=True, patience=3, parts=None):
    parts = parts or {A: AttractionPlaces(A, [A])}
    found = deal(queue, parts, free, is_strict=is_strict, patience=patience)
    return [(turn.party.entry, turn.attraction) for turn in found.turns], found.overtaken


def test_the_first_in_the_queue_gets_the_place():
    assert dealt([Party(1, 1, [A]), Party(2, 1, [A])], {A: 1}) == ([(1, A)], {})


def test_a_party_is_served_whole_or_not_at_all():
    assert dealt([Party(1, 3, [A])], {A: 2}, is_strict=False) == ([], {})


def test_what_is_paid_takes_just_what_it_needs():
    parts = {A: AttractionPlaces(A, [A], [TALL, SMALL])}
    paid = Party(1, 3, [A], needs={A: 3, TALL: 2, SMALL: 1})

    assert dealt([paid], {A: 9, TALL: 2, SMALL: 1}, parts=parts) == ([(1, A)], {})
    assert dealt([paid], {A: 9, TALL: 9, SMALL: 0}, parts=parts) == ([], {})


def test_strict_nobody_overtakes_a_party_that_does_not_fit():
    assert dealt([Party(1, 3, [A]), Party(2, 1, [A])], {A: 2}) == ([], {})


def test_strict_whoever_waits_for_something_else_is_not_held_up():
    parts = {A: AttractionPlaces(A, [A]), B: AttractionPlaces(B, [B])}

    assert dealt([Party(1, 3, [A]), Party(2, 1, [B])], {A: 2, B: 1}, parts=parts) == ([(2, B)], {})


def test_fill_a_smaller_party_takes_what_the_larger_cannot_use():
    queue = [Party(1, 3, [A]), Party(2, 1, [A]), Party(3, 1, [A])]

    assert dealt(queue, {A: 2}, is_strict=False) == ([(2, A), (3, A)], {1: 2})


def test_fill_after_so_many_smaller_ones_places_are_kept_together():
    queue = [Party(1, 3, [A], overtaken=2), Party(2, 1, [A]), Party(3, 1, [A])]

    assert dealt(queue, {A: 2}, is_strict=False) == ([(2, A)], {1: 3})


def test_the_best_wish_that_fits_is_the_one_that_is_given():
    parts = {A: AttractionPlaces(A, [A]), B: AttractionPlaces(B, [B])}

    assert dealt([Party(1, 1, [A, B]), Party(2, 1, [A])], {A: 1, B: 1}, parts=parts) == ([(1, A)], {})
    assert dealt([Party(1, 1, [A, B])], {A: 0, B: 1}, parts=parts) == ([(1, B)], {})


def test_the_places_of_the_whole_event_are_shared():
    parts = {A: AttractionPlaces(A, [HALL, A]), B: AttractionPlaces(B, [HALL, B])}

    assert dealt([Party(1, 1, [B]), Party(2, 1, [A])], {HALL: 1, A: 5, B: 5}, parts=parts) == ([(1, B)], {})


def test_a_party_has_to_fit_into_one_ticket_type():
    parts = {A: AttractionPlaces(A, [A], types=[TALL, SMALL])}

    assert dealt([Party(1, 2, [A])], {A: 2, TALL: 1, SMALL: 1}, parts=parts) == ([], {})
    assert dealt([Party(1, 2, [A])], {A: 2, TALL: 1, SMALL: 2}, parts=parts) == ([(1, A)], {})


def test_without_a_limit_everybody_is_served():
    assert dealt([Party(n, 2, [A]) for n in range(3)], {A: None}) == ([(n, A) for n in range(3)], {})


def test_it_stops_reading_the_queue_when_nothing_is_left():
    def queue():
        yield Party(1, 1, [A])
        yield Party(2, 1, [A])
        raise AssertionError("read on")

    assert dealt(queue(), {A: 1})[0] == [(1, A)]


# On a busy machine one example may take long.
unhurried = settings(deadline=None)
PARTS = {A: AttractionPlaces(A, [HALL, A]), B: AttractionPlaces(B, [HALL, B], types=[TALL, SMALL])}
WISHES = st.sampled_from([[A], [B], [A, B], [B, A]])
QUEUES = st.lists(st.tuples(st.integers(1, 4), WISHES, st.integers(0, 3)), max_size=12).map(
    lambda rows: [Party(number, size, wishes, times) for number, (size, wishes, times) in enumerate(rows)]
)
FREE = st.fixed_dictionaries({key: st.integers(0, 6) | st.none() for key in (HALL, A, B, TALL, SMALL)})


@unhurried
@given(QUEUES, FREE, st.booleans(), st.integers(1, 4))
def test_never_more_than_is_free_nor_anybody_twice(queue, free, is_strict, patience):
    found = deal(queue, PARTS, free, is_strict=is_strict, patience=patience)

    for pool, limit in free.items():
        given_out = sum(turn.places.get(pool, 0) for turn in found.turns)
        assert limit is None or given_out <= limit
    served = [turn.party.entry for turn in found.turns]
    assert len(served) == len(set(served))
    assert served == sorted(served)


@unhurried
@given(QUEUES, FREE)
def test_strict_nobody_takes_from_a_pool_that_somebody_before_her_lacked(queue, free):
    found = deal(queue, PARTS, free, is_strict=True, patience=1)

    assert found.overtaken == {}
    left, turns = dict(free), {turn.party.entry: turn for turn in found.turns}
    lacked: set[int] = set()
    for party in queue:
        if party.entry in turns:
            assert not lacked & set(turns[party.entry].places)
            for pool in turns[party.entry].places:
                left[pool] = None if left[pool] is None else left[pool] - party.size
        else:
            for wish in party.wishes:
                lacked |= {pool for pool in PARTS[wish].pools if left[pool] is not None and left[pool] < party.size}


@unhurried
@given(QUEUES, FREE, st.integers(1, 4))
def test_fill_nobody_is_overtaken_more_often_than_the_list_says(queue, free, patience):
    found = deal(queue, PARTS, free, is_strict=False, patience=patience)

    before = {party.entry: party.overtaken for party in queue}
    for entry, times in found.overtaken.items():
        assert before[entry] < times <= patience


@unhurried
@given(QUEUES, FREE, st.booleans())
def test_no_place_is_left_that_the_next_could_have_had(queue, free, is_strict):
    """An entry that no earlier party holds up is served if it fits into what is left at the end."""
    found = deal(queue, PARTS, free, is_strict=is_strict, patience=99)

    left, served = dict(free), {turn.party.entry for turn in found.turns}
    for turn in found.turns:
        for pool in turn.places:
            left[pool] = None if left[pool] is None else left[pool] - turn.party.size
    first = next((party for party in queue if party.entry not in served), None)
    if first is not None:
        assert not any(fits(first.size, PARTS[wish], left) for wish in first.wishes)


def fits(size, part, left):
    def has(pool):
        return left[pool] is None or left[pool] >= size

    return all(map(has, part.pools)) and (not part.types or any(map(has, part.types)))
