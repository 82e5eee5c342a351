"""Who has the places that others wait for, and who cannot use what is free: in words (W7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.core import dates
from kring.events.models import Event, WaitingList
from kring.places.models import Claim, Pool
from kring.waiting.allocation import AttractionPlaces
from kring.waiting.free_places import FreePlaces
from kring.waiting.models import Invitation, WaitingEntry, WaitingWish


@dataclass(frozen=True)
class ShortageText:
    text: str
    attraction: int | None


def room_of(part: AttractionPlaces, free: Mapping[int, int | None]) -> int | None:
    """The largest party that fits now; None for any."""
    limits = [free[pool] for pool in part.pools]
    if part.types:
        of_types = [free[pool] for pool in part.types]
        limits.append(None if None in of_types else max(left for left in of_types if left is not None))
    known = [max(left, 0) for left in limits if left is not None]
    return min(known) if known else None


def held(event: Event, found: FreePlaces, full: Sequence[AttractionPlaces]) -> Iterator[ShortageText]:
    """Each full pool once. Three statements."""
    tight: dict[int, int] = {}
    for part in full:
        for pool in [*part.pools, *part.types]:
            if (left := found.free[pool]) is not None and left <= 0:
                tight.setdefault(pool, part.attraction)
    if not tight:
        return
    names = _names(event, found)
    by_invitations, by_orders, lapsed = _claims(tight)
    for pool in Pool.objects.filter(pk__in=tight).order_by("pk"):
        invited, ordered = by_invitations.get(pool.pk), by_orders.get(pool.pk)
        gone = lapsed.get(pool.pk, 0)
        rest = pool.taken - sum(each[0] for each in (invited, ordered) if each) - gone
        holders = [
            *([_until(_by_invitations(invited[0]), invited)] if invited else []),
            *([_until(_by_orders(ordered[0]), ordered)] if ordered else []),
            *([_by_registrations(rest)] if rest else []),
            *([_lapsed(gone)] if gone else []),
        ]
        what = names[pool.pk]
        # The places of the whole event are not those of one part.
        attraction = None if pool.pk == event.pool_id else tight[pool.pk]
        if holders:
            text = _("%(what)s is full: %(who)s.") % {"what": what, "who": "; ".join(holders)}
        else:
            text = _("%(what)s has no places at all.") % {"what": what}
        yield ShortageText(text, attraction)


def unfit(waiting_list: WaitingList, found: FreePlaces, rooms: Mapping[int, int | None]) -> Iterator[ShortageText]:
    """Why free places are of no use to those who wait: a party that is too large, by the policy."""
    limited = {key: room for key, room in rooms.items() if room is not None}
    if not limited:
        return
    queue = WaitingWish.objects.filter(attraction__in=limited, entry__state=WaitingEntry.State.WAITING)
    if waiting_list.policy == WaitingList.Policy.STRICT:
        first, words = _first(queue), _("nobody overtakes")
    else:
        first, words = (
            _first(queue.filter(entry__overtaken__gte=waiting_list.patience)),
            _("it has been overtaken often enough"),
        )
    smallest = dict(queue.order_by().values_list("attraction_id").annotate(Min("entry__party")))
    for key, room in limited.items():
        facts: dict[str, object] = {"attraction": found.attractions[key].name, "free": _places(room), "why": words}
        name, party = first.get(key, ("", 0))
        if party > room:
            facts |= {"name": name, "party": party}
            text = _("%(attraction)s: %(free)s free, kept together for %(name)s, a group of %(party)s: %(why)s.")
            yield ShortageText(text % facts, key)
        elif smallest.get(key, 0) > room:
            text = _("%(attraction)s: %(free)s free, and every waiting group is larger (the smallest: %(smallest)s).")
            yield ShortageText(text % {**facts, "smallest": smallest[key]}, key)


def _first(queue: Any) -> dict[int, tuple[str, int]]:
    """Whose turn it is, by attraction."""
    in_order = [f"entry__{field}" for field in WaitingEntry.ORDER]
    rows = queue.order_by("attraction_id", *in_order).distinct("attraction_id")
    return {key: (name, party) for key, name, party in rows.values_list("attraction_id", "entry__name", "entry__party")}


type Kept = tuple[int, datetime, datetime]


def _claims(pools: Mapping[int, int]) -> tuple[dict[int, Kept], dict[int, Kept], dict[int, int]]:
    """By pool: places of open invitations, of orders nobody has paid, and of overdue holds."""
    timed = Claim.objects.filter(pool__in=list(pools), hold__expires_at__isnull=False).order_by()
    alive = timed.filter(hold__expires_at__gt=timezone.now())
    of_invitations = Q(hold__in=Invitation.objects.open().filter(hold__isnull=False).values("hold"))
    return (
        _grouped(alive.filter(of_invitations)),
        _grouped(alive.exclude(of_invitations)),
        dict(timed.filter(hold__expires_at__lte=timezone.now()).values_list("pool_id").annotate(Sum("quantity"))),
    )


def _grouped(rows: Any) -> dict[int, Kept]:
    counted = rows.values("pool_id").annotate(
        n=Sum("quantity"), first=Min("hold__expires_at"), last=Max("hold__expires_at")
    )
    return {row["pool_id"]: (row["n"], row["first"], row["last"]) for row in counted}


def _names(event: Event, found: FreePlaces) -> dict[int | None, str]:
    names: dict[int | None, str] = {event.pool_id: str(event)}
    for attraction in found.attractions.values():
        names[attraction.pool_id] = attraction.name
        names |= {
            each.pool_id: f"{attraction.name} · {each.name}" for each in attraction.ticket_types.all() if each.pool_id
        }
    return names


def _until(words: str, kept: Kept) -> str:
    _number, first, last = kept
    if dates.deadline(first) == dates.deadline(last):
        return _("%(who)s until %(last)s") % {"who": words, "last": dates.deadline(last)}
    facts = {"who": words, "first": dates.deadline(first), "last": dates.deadline(last)}
    return _("%(who)s, the first until %(first)s, the last until %(last)s") % facts


def _by_invitations(number: int) -> str:
    return ngettext("%(n)s place by an open invitation", "%(n)s places by open invitations", number) % {"n": number}


def _by_orders(number: int) -> str:
    return ngettext("%(n)s place by an unpaid order", "%(n)s places by unpaid orders", number) % {"n": number}


def _by_registrations(number: int) -> str:
    return ngettext("%(n)s place by a registration", "%(n)s places by registrations", number) % {"n": number}


def _lapsed(number: int) -> str:
    text = ngettext(
        "%(n)s place that has expired, free within a minute",
        "%(n)s places that have expired, free within a minute",
        number,
    )
    return text % {"n": number}


def _places(number: int) -> str:
    return ngettext("%(n)s place", "%(n)s places", number) % {"n": number}
