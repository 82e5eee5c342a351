"""Telling the administrators of an organisation what the platform has done to it.

By the platform's own emails: those of an organisation whose site is closed could not be worded by it, and they outlive
one that is deleted.
"""

from __future__ import annotations

from kring.accounts.models import Role
from kring.core.tenancy import scope_there_is
from kring.mail import facts, outbox
from kring.mail.facts import Fact
from kring.organisations.activation import on_status
from kring.organisations.models import Organisation


def tell(template: str, organisation: Organisation, **more: Fact) -> None:
    """An email of the platform to each administrator, in the language of their login; to the contact address where
    there is none."""
    for address, name, language in administrators(organisation):
        outbox.queue_for_platform(
            template,
            to=address,
            name=name,
            language=language,
            club=organisation.name,
            url=facts.link(f"{organisation.url}/"),
            **more,
        )


def administrators(organisation: Organisation) -> list[tuple[str, str, str]]:
    """Address, name and language of each."""
    with scope_there_is(organisation):
        held = list(Role.objects.in_force().filter(name=Role.Name.ORG_ADMIN).select_related("user").order_by("user_id"))
    if not held:
        return [(organisation.contact_email, organisation.name, organisation.language)]
    return [(role.user.email, role.called or role.user.name, role.user.language) for role in held]


@on_status
def tell_of_the_status(organisation: Organisation) -> None:
    if organisation.status == Organisation.Status.ACTIVE:
        tell("organisation-activated", organisation)
    elif organisation.status == Organisation.Status.BLOCKED:
        tell("organisation-blocked", organisation, reason=facts.lines(organisation.blocked_reason))
