"""Emails to partners, to those they give a ticket, and to staff about them (D3)."""

from __future__ import annotations

from django.utils import timezone

from kring.accounts.known_name import known_name
from kring.accounts.models import Role
from kring.accounts.roles import people_with
from kring.billing.models import Order
from kring.mail import facts, outbox
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.partners.models import Partner, PartnerQuota
from kring.registrations.mail_facts import contact, facts_of
from kring.registrations.mails import order_url


def send_link(partner: Partner) -> None:
    """To the contact: the partner's own page."""
    outbox.queue(
        "partner-link",
        to=partner.contact_email,
        name=partner.contact_name or partner.name,
        language=partner.language,
        subject=partner,
        partner=partner.name,
        partner_url=facts.link(page_url(partner)),
        contact=contact(),
    )


def send_given(quota: PartnerQuota, order: Order) -> None:
    outbox.queue(
        "partner-ticket-given",
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        partner=quota.partner.name,
        ticket_type=str(quota.ticket_type),
        deadline=facts.deadline(order.expires_at or timezone.now()),
        order_url=facts.link(order_url(order, current_organisation())),
        **facts_of(quota.event),
    )


def send_full(quota: PartnerQuota) -> None:
    """To the partner, and to the maker of the event, or the administrators where there is none."""
    organisation, partner, event = current_organisation(), quota.partner, quota.event
    about: dict[str, facts.Fact] = {"partner": partner.name, "event": str(event), "number": quota.pool.capacity or 0}
    messages = []
    if partner.contact_email:
        messages.append(
            outbox.message(
                "partner-full",
                to=partner.contact_email,
                name=partner.contact_name or partner.name,
                language=partner.language,
                subject=partner,
                partner_url=facts.link(page_url(partner)),
                more_facts=about,
            )
        )
    maker = event.created_by
    for user in [maker] if maker and maker.is_active else people_with(Role.Name.ORG_ADMIN):
        messages.append(
            outbox.message(
                "partner-full-staff",
                to=user.email,
                name=known_name(user),
                language=user.language,
                subject=event,
                staff_url=facts.link(link(organisation, "manage:partner_quota", event.pk, quota.pk)),
                more_facts=about,
            )
        )
    outbox.post(messages)


def page_url(partner: Partner) -> str:
    return link(current_organisation(), "public:partner", partner.secret)


def tickets_url(quota: PartnerQuota) -> str:
    """Of the page where anybody who has it takes a ticket."""
    return link(current_organisation(), "public:partner_tickets", quota.secret)
