"""An order through the API and an answer in the browser, brought to where each has what the other wants."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db.utils import OperationalError

from kring.core.tenancy import scope
from kring.events.models import PriceRule
from kring.events.pricing import price_list
from kring.forms.models import FormChoice
from kring.registrations import booking, choices, code_uses, filling
from kring.registrations.booking import Attendee, assign
from kring.registrations.models import Registration
from kring.registrations.registering import RegistrationRequest, register
from tests import make
from tests.registrations.answering import form_of
from tests.registrations.codes import CODE, campaign, ordered, taken
from tests.registrations.price_rules import attraction, rule
from tests.waiting.crossing import Crossing, in_scope

pytestmark = pytest.mark.django_db(transaction=True)


def cross(organisation: Any, crossing: Crossing) -> list[str]:
    """Both choose a dinner of which there are so many, and which the code makes cheaper."""
    with scope(organisation):
        version = form_of({"meal": ("choice", {"none": "None", "dinner": "Dinner"})})
        FormChoice.objects.filter(value="dinner").update(pool=make.pool(100))
        gala = attraction(form=version.form)
        settings = {"question": "meal", "answers": ["dinner"], "costs": {}}
        rule(gala.event, "answer", "amount_on_top", "20", settings=settings)
        campaign(gala.event, money=Decimal(1000))
        PriceRule.objects.filter(key="code").update(combines=True)
        price_list.forget(gala.event)
        assign(ordered(gala), buyer_name="Jan", buyer_email="jan@example.org", attendees=[Attendee(myself=True)])
        rows = Registration.objects.select_related("line__order", "attraction", "event", "hold")
        mine, ticket_type = rows.get(), gala.ticket_types.get().pk
        asked = filling.requested_forms([mine])[mine.pk]

    def through_the_api() -> None:
        entries = [RegistrationRequest(ticket_type, "Bob", answers={"meal": "dinner"})]
        buyer = {"buyer_name": "Bob", "buyer_email": "bob@example.org", "language": "en"}
        register(organisation, gala.event, entries, code=CODE, **buyer)

    crossing.stop(0, booking, "book")
    crossing.stop(1, choices, "claim_choices")
    in_the_browser = in_scope(organisation, lambda: filling.answer(mine, asked, basic=None, own={"meal": "dinner"}))
    return crossing.run(through_the_api, in_the_browser)


def test_both_have_their_dinner_and_their_discount(organisation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cross(organisation, Crossing(monkeypatch)) == ["", ""]

    with scope(organisation):
        assert taken() == (2, 8000)


def test_without_the_order_of_the_locks_they_lock_each_other_out(
    organisation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_uses, "lock_pools", lambda order: None)

    with pytest.raises(OperationalError, match="deadlock"):
        cross(organisation, Crossing(monkeypatch))
