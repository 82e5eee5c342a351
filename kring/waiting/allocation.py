"""Allocates free places to a queue according to its policy. Pure: no database, no clock (W3, W9, W10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

# A pool without a limit.
ENDLESS = None


@dataclass(frozen=True)
class Party:
    """One entry of the queue. `wishes`: attractions, the best first.

    `needs`: pool → places, where it is settled what it takes (an order that is paid). Else it takes places of the
    attraction it gets, one for everybody in it.
    """

    entry: int
    size: int
    wishes: Sequence[int]
    overtaken: int = 0
    needs: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class AttractionPlaces:
    """An attraction as far as its places matter: `pools` are all that a place is taken from, `types` those of ticket
    types where each of them has a limit of its own (a party has to fit into one)."""

    attraction: int
    pools: Sequence[int]
    types: Sequence[int] = ()


@dataclass(frozen=True)
class Turn:
    """What one party gets. `places`: pool → how many."""

    party: Party
    attraction: int
    places: Mapping[int, int]


@dataclass
class Dealt:
    """`overtaken`: entry → how often in all, for those a smaller party went past."""

    turns: list[Turn] = field(default_factory=list)
    overtaken: dict[int, int] = field(default_factory=dict)


def deal(
    queue: Iterable[Party],
    parts: Mapping[int, AttractionPlaces],
    free: Mapping[int, int | None],
    *,
    is_strict: bool,
    patience: int,
) -> Dealt:
    """Give the places of `free` (pool → how many, None without a limit) to the parties, in the order of the queue.

    A party is served whole, with the best of its wishes that fits. Strict: what the party whose turn it is cannot use
    waits for it, and nobody takes it. Else smaller parties may, until one has been overtaken `patience` times: then
    places are kept together for it too. Stops as soon as nothing is left: the cost grows with what is given, not with
    how many wait.
    """
    table = _Table(dict(free), parts)
    dealt = Dealt()
    passed: list[tuple[Party, set[int]]] = []
    for party in queue:
        if not table.has_anything_left():
            break
        turn, lacking = table.serve(party)
        if turn is None:
            if is_strict or dealt.overtaken.get(party.entry, party.overtaken) >= patience:
                table.kept |= lacking
            else:
                passed.append((party, lacking))
            continue
        dealt.turns.append(turn)
        for earlier, wanting in passed:
            if wanting.intersection(turn.places) and not wanting <= table.kept:
                times = dealt.overtaken.get(earlier.entry, earlier.overtaken) + 1
                dealt.overtaken[earlier.entry] = times
                if times >= patience:
                    table.kept |= wanting
    return dealt


@dataclass
class _Table:
    free: dict[int, int | None]
    parts: Mapping[int, AttractionPlaces]
    # Kept together for a party that has come before.
    kept: set[int] = field(default_factory=set)

    def has_anything_left(self) -> bool:
        return any(self._room(part.pools) > 0 and self._type(part, 1) is not False for part in self.parts.values())

    def serve(self, party: Party) -> tuple[Turn | None, set[int]]:
        """What it gets; else which pools have too little for it."""
        lacking: set[int] = set()
        for wish in party.wishes:
            part = self.parts.get(wish)
            if part is None:
                continue
            places, short = self._places(part, party)
            if not short:
                for pool, number in places.items():
                    left = self.free[pool]
                    self.free[pool] = None if left is None else left - number
                return Turn(party, wish, places), set()
            lacking |= short
        return None, lacking

    def _places(self, part: AttractionPlaces, party: Party) -> tuple[dict[int, int], set[int]]:
        """What it would take there, and the pools that have too little for it."""
        places = dict(party.needs) or dict.fromkeys(part.pools, party.size)
        short = {pool for pool, number in places.items() if not self._has(pool, number)}
        if short or party.needs:
            return places, short
        kind = self._type(part, party.size)
        if kind is False:
            return places, set(part.types)
        return places | ({kind: party.size} if kind is not None else {}), set()

    def _has(self, pool: int, size: int) -> bool:
        left = self.free[pool]
        return pool not in self.kept and (left is None or left >= size)

    def _type(self, part: AttractionPlaces, size: int) -> int | bool | None:
        """The ticket type's pool to take from; None where none has to be counted, False where none has room."""
        if not part.types:
            return None
        return next((pool for pool in part.types if self._has(pool, size)), False)

    def _room(self, pools: Sequence[int]) -> float:
        return min((0 if pool in self.kept else self._left(pool)) for pool in pools) if pools else float("inf")

    def _left(self, pool: int) -> float:
        left = self.free[pool]
        return float("inf") if left is None else left
