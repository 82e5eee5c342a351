"""The mails about an application: to the applicant, or a child's guardian, and to those who decide."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kring.accounts.known_name import known_name
from kring.accounts.models import Role
from kring.accounts.roles import people_with
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.members.application_links import token_of
from kring.members.models import Application, Group
from kring.organisations.audit import subject_type
from kring.organisations.current import current_organisation
from kring.organisations.links import link

# Who applies again gets the same mail again, but no mailbox is filled by that.
AGAIN_AFTER = timedelta(hours=1)


def receipt(application: Application) -> None:
    """With the link that proves the address."""
    _to_applicant("application-received", application)


def receipt_again(application: Application) -> None:
    sent = Message.objects.filter(
        template="application-received",
        subject_type=subject_type(Application),
        subject_id=application.pk,
        created_at__gt=timezone.now() - AGAIN_AFTER,
    )
    if not sent.exists():
        receipt(application)


def accepted(application: Application, group: Group | None) -> None:
    """`group`: where they were put, whatever they wished."""
    member = application.member
    assert member is not None
    _to_applicant("application-accepted", application, number=member.number, group=str(group or ""))


def declined(application: Application) -> None:
    _to_applicant("application-declined", application, reason=facts.lines(application.reason))


def waits(application: Application) -> None:
    """The organisation wants them, and the group is full."""
    _to_applicant("application-waiting", application, group=str(application.group))


def tell_staff(application: Application) -> None:
    """To the secretaries, or where there is none to the administrators."""
    organisation = current_organisation()
    people = people_with(Role.Name.SECRETARY) or people_with(Role.Name.ORG_ADMIN)
    outbox.post(
        [
            outbox.message(
                "application-to-decide",
                to=user.email,
                name=known_name(user),
                language=user.language,
                subject=application,
                applicant=application.name,
                type=application.type.name,
                url=facts.link(link(organisation, "manage:application", application.pk)),
            )
            for user in people
        ]
    )


def _to_applicant(template: str, application: Application, **more: facts.Fact) -> None:
    outbox.queue(
        template,
        to=application.email,
        name=application.guardian_name or application.name,
        language=application.language,
        subject=application,
        applicant=application.name,
        type=application.type.name,
        url=facts.link(link(current_organisation(), "public:application", token_of(application))),
        more_facts=more,
    )
