"""How sales at the box office are settled: the organisation's own list (D4)."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from kring.box_office import refusals
from kring.box_office.models import SaleKind, Taking
from kring.core import positions
from kring.core.locks import lock, share
from kring.core.transactions import in_transaction
from kring.organisations import audit, changing

MOST = 30
Takes = SaleKind.Takes
# What an organisation begins with, in all languages.
FIRST = (
    (pgettext_lazy("box office", "Cash"), Takes.CASH),
    (pgettext_lazy("box office", "Card terminal"), Takes.ELSEWHERE),
    (pgettext_lazy("box office", "VIP"), Takes.NOTHING),
    (pgettext_lazy("box office", "Crew"), Takes.NOTHING),
    (pgettext_lazy("box office", "Compensation"), Takes.NOTHING),
)


def offered() -> list[SaleKind]:
    return list(SaleKind.objects.filter(is_active=True))


def to_sell_as(key: int) -> SaleKind:
    """One that is offered; nobody removes it until our transaction ends. Raises UnknownKind."""
    share(_name(key))
    found: SaleKind | None = SaleKind.objects.filter(pk=key, is_active=True).first()
    if found is None:
        raise refusals.UnknownKind
    return found


def _name(key: int) -> str:
    return f"sale_kind:{key}"


@in_transaction
def begin() -> None:
    """The first five, where the organisation has none."""
    lock(["sale_kinds"])
    if SaleKind.objects.exists():
        return
    SaleKind.objects.bulk_create(
        SaleKind(names=_in_all_languages(name), takes=takes, position=position)
        for position, (name, takes) in enumerate(FIRST, start=1)
    )


def _in_all_languages(name: Promise) -> Mapping[str, str]:
    found = {}
    for language, _words in settings.LANGUAGES:
        with translation.override(language):
            found[language] = str(name)
    return found


@in_transaction
def add(*, names: Mapping[str, str], takes: str, is_active: bool = True) -> SaleKind:
    """At the end of the list. Raises TooManyKinds."""
    lock(["sale_kinds"])
    taken = list(SaleKind.objects.values_list("position", flat=True))
    if len(taken) >= MOST:
        raise refusals.TooManyKinds(most=MOST)
    made: SaleKind = SaleKind.objects.create(
        names=names, takes=takes, is_active=is_active, position=max(taken, default=0) + 1
    )
    audit.log("sale_kind.added", made, new={"name": made.name, "takes": takes})
    return made


@in_transaction
def change(kind: SaleKind, *, names: Mapping[str, str], is_active: bool) -> bool:
    """What it takes never changes: the drawers of the past were counted by it. False: nothing differed."""
    return changing.change(kind, "sale_kind.changed", names=names, is_active=is_active)


@in_transaction
def move(kind: SaleKind, *, up: bool) -> None:
    """One place up or down, if there is another."""
    lock(["sale_kinds"])
    if now := positions.move(SaleKind.objects.all(), kind, up=up):
        audit.log("sale_kind.moved", kind, new={"position": now})


@in_transaction
def remove(kind: SaleKind) -> None:
    """Raises KindInUse. A sale of this kind that is made at this moment is seen, or sees that the kind is gone."""
    lock([_name(kind.pk)])
    if Taking.objects.filter(kind=kind).exists():
        raise refusals.KindInUse(name=kind.name)
    audit.log("sale_kind.removed", kind, old={"name": kind.name})
    kind.delete()
