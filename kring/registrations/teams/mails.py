"""The email to the leader of a team (R8)."""

from __future__ import annotations

from django.utils import timezone

from kring.billing.models import Order
from kring.mail import facts, outbox
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.registrations.mail_facts import facts_of
from kring.registrations.models import Team


def page_url(order: Order) -> str:
    return link(current_organisation(), "public:team", order.secret)


def send_registered(team: Team, order: Order, *, people: int) -> None:
    """Places are held until then; the page says what is missing of whom."""
    message = outbox.message(
        "team-registered",
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        team=team.name,
        how_many=people,
        deadline=facts.deadline(order.expires_at or timezone.now()),
        team_url=facts.link(page_url(order)),
        **facts_of(team.attraction.event),
    )
    message.is_by_stranger = not order.is_address_confirmed
    outbox.post([message])
