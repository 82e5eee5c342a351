"""The email about a change of ticket that staff began for somebody, who completes it."""

from __future__ import annotations

from kring.billing.models import Order
from kring.mail import facts, outbox
from kring.organisations.current import current_organisation
from kring.registrations.mail_facts import contact, facts_of
from kring.registrations.mails import order_url
from kring.registrations.models import Registration


def send_begun(order: Order) -> None:
    """To the buyer, with the link of the new order."""
    registration = Registration.objects.of_order(order).select_related("event", "line")[0]
    outbox.queue(
        "change-begun",
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        number=order.number,
        total=facts.money(order.total, order.currency),
        ticket_type=registration.line.description.removeprefix(f"{registration.event}: "),
        deadline=facts.deadline(order.expires_at),
        contact=contact(),
        order_url=facts.link(order_url(order, current_organisation())),
        **facts_of(registration.event),
    )
