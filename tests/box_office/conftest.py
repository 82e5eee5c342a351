"""A box office: a seller with an open shift, an event to sell, and `sell`."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from kring.accounts.models import Role
from kring.box_office import selling, shifts
from kring.box_office.models import SaleKind, Taking
from tests import make

_number = count(1)


class Desk(SimpleNamespace):
    """`shift` of `seller`, selling `standard` of `attraction`."""

    def kind(self, takes: str) -> SaleKind:
        return SaleKind.objects.filter(takes=takes)[0]

    def sell(self, number: int = 1, *, takes: str = "cash", price: str = "", why: str = "", **how: Any) -> Taking:
        tickets = selling.SoldTickets(self.standard.pk, number, Decimal(price) if price else None, why)
        given = {"by": self.seller, "secret": f"secret-{next(_number)}"} | {
            name: how.pop(name) for name in ("by", "secret") if name in how
        }
        sale = selling.Sale(tickets=[tickets], kind=self.kind(takes).pk, **how)
        return selling.sell(self.shift, self.event, sale, **given)


@pytest.fixture
def desk(in_scope: Any) -> Desk:
    return open_desk()


def open_desk(*, capacity: int | None = None, **seller: Any) -> Desk:
    seller = make.staff(Role.Name.BOX_OFFICE, **seller)
    attraction = make.attraction(event=make.event_today(), price="12.50", capacity=capacity)
    shift = shifts.open_shift(seller, opening_cash=Decimal(50))
    return Desk(
        seller=seller,
        shift=shift,
        event=attraction.event,
        attraction=attraction,
        standard=attraction.ticket_types.get(),
    )
