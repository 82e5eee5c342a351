"""Taking and giving back within one hold: all of it, or nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kring.places import claiming
from kring.places.models import Claim, Hold, Pool
from kring.places.refusals import PlacesGone, SoldOut
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_scope")]


def hold(*pools, expires_at=None):
    [made] = claiming.claim([pools], expires_at=expires_at)
    return made


def taken(*pools):
    return [Pool.objects.get(pk=pool.pk).taken for pool in pools]


def test_a_hold_gets_one_more_and_gives_it_back():
    attraction, knots = make.pool(5), make.pool(5)
    mine = hold(attraction)

    claiming.add(mine, [knots])
    assert taken(attraction, knots) == [1, 1]

    claiming.give_back(mine, [knots])
    assert taken(attraction, knots) == [1, 0]


def test_a_second_place_in_the_same_pool_counts_twice():
    pool = make.pool(5)
    mine = hold(pool)

    claiming.add(mine, [pool, pool])
    assert taken(pool) == [3]
    claiming.give_back(mine, [pool])
    assert taken(pool) == [2]


def test_a_full_pool_refuses_all_of_it():
    one, full, mine = make.pool(5), make.pool(1), make.pool(5)
    hold(full)
    held = hold(mine)

    with pytest.raises(SoldOut) as refused:
        claiming.exchange(held, given=[mine], taken=[one, full])

    assert refused.value.pool_ids == {full.pk}
    assert taken(one, full, mine) == [0, 1, 1]


def test_what_has_expired_makes_room():
    pool, mine = make.pool(1), make.pool()
    hold(pool, expires_at=timezone.now() - timedelta(seconds=1))

    claiming.add(hold(mine), [pool])

    assert taken(pool) == [1]


@pytest.mark.parametrize("gone", ["released", "expired"])
def test_a_hold_that_was_let_go_takes_nothing(gone):
    pool, mine = make.pool(5), hold(make.pool())
    if gone == "released":
        claiming.release([mine.pk])
    else:
        Hold.objects.filter(pk=mine.pk).update(expires_at=timezone.now())

    with pytest.raises(PlacesGone):
        claiming.add(mine, [pool])
    assert taken(pool) == [0]


def test_giving_back_what_it_does_not_have_changes_nothing():
    pool = make.pool(5)
    claiming.give_back(hold(make.pool()), [pool])

    assert taken(pool) == [0]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["exchange", "release", "expire"]),
        st.integers(0, 3),
        st.lists(st.integers(0, 2), max_size=3),
        st.lists(st.integers(0, 2), max_size=3),
    ),
    max_size=25,
)


@given(acts=ACTS)
@settings(max_examples=20)
def test_claims_add_up_whatever_is_changed_let_go_or_expires(acts):
    pools = [make.pool(3), make.pool(2), make.pool(None)]
    own = make.pool(None)
    holds = [hold(own) for _ in range(4)]
    model = {each.pk: Counter() for each in holds}
    alive = {each.pk for each in holds}
    for act, who, given_back, wanted in acts:
        each = holds[who]
        if act == "release":
            claiming.release([each.pk])
            alive.discard(each.pk)
        elif act == "expire":
            Hold.objects.filter(pk=each.pk).update(expires_at=timezone.now())
            claiming.release_expired([pool.pk for pool in [*pools, own]])
            alive.discard(each.pk)
        else:
            _exchange(each, pools, given_back, wanted, model, alive)
        for key in set(model) - alive:
            model[key] = Counter()
        for number, pool in enumerate(pools):
            in_claims = Claim.objects.filter(pool=pool).aggregate(Sum("quantity"))["quantity__sum"] or 0
            assert in_claims == taken(pool)[0] == sum(held[number] for held in model.values())


def _exchange(each, pools, given_back, wanted, model, alive):
    change = Counter(wanted)
    change.subtract(given_back)
    after = {number: max(model[each.pk][number] + change[number], 0) for number in range(3)}
    try:
        claiming.exchange(each, given=[pools[n] for n in given_back], taken=[pools[n] for n in wanted])
    except SoldOut:
        return
    except PlacesGone:
        assert each.pk not in alive
        return
    if any(change.values()):
        assert each.pk in alive
        model[each.pk] = Counter(after)
