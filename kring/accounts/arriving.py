"""An organisation registers by itself (T1): asked for on the main site, made once its contact has answered a mail."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts import staffing, welcome
from kring.accounts.models import Role, User
from kring.core import codes
from kring.core.addresses import normalised
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.mail import facts, outbox
from kring.organisations import audit, platform_log, subdomains
from kring.organisations.models import Organisation, OrganisationRequest
from kring.organisations.models.request import in_two_days
from kring.organisations.platform_settings import value_of

CURRENCIES = {"PL": "PLN", "GB": "GBP", "CZ": "CZK", "SE": "SEK", "NO": "NOK", "DK": "DKK", "CH": "CHF", "HU": "HUF"}
ZONES = {"PL": "Europe/Warsaw", "GB": "Europe/London", "BE": "Europe/Brussels", "DE": "Europe/Berlin"}


class NotOpen(Refusal):
    status = 404
    code = "registration_off"
    message = _("Organisations cannot register here by themselves. Please write to the operator.")


class LinkIsOver(Refusal):
    status = 410
    code = "link_over"
    message = _("This link is wrong or no longer valid. Please register again.")


@dataclass(frozen=True)
class Wanted:
    """As typed, checked by the form; `network`: the address of the machine."""

    name: str
    type: str
    city: str
    country: str
    contact_name: str
    contact_email: str
    subdomain: str
    language: str
    terms_url: str = ""
    network: str | None = None


@dataclass(frozen=True)
class Arrival:
    """`welcome_url`: where the contact chooses a first password; "" where they have one."""

    organisation: Organisation
    welcome_url: str


def is_open() -> bool:
    return value_of("organisations_register") != "off"


@transaction.atomic
def ask(wanted: Wanted) -> OrganisationRequest:
    """Keep the address for two days, and send the link. Who asks again for the same one gets another link.

    Raises NotOpen, SubdomainRefused.
    """
    if not is_open():
        raise NotOpen
    email, skeleton, token = normalised(wanted.contact_email), subdomains.skeleton(wanted.subdomain), codes.secret()
    waiting = OrganisationRequest.objects.filter(skeleton=skeleton, confirmed_at=None)
    waiting.over().delete()
    waiting.filter(contact_email=email).delete()
    subdomains.check(wanted.subdomain)
    row = OrganisationRequest(
        name=wanted.name,
        type=wanted.type,
        city=wanted.city,
        country=wanted.country,
        contact_name=wanted.contact_name,
        contact_email=email,
        subdomain=wanted.subdomain,
        skeleton=skeleton,
        language=wanted.language,
        terms_url=wanted.terms_url,
        digest=_digest(token),
        asked_from=wanted.network,
        expires_at=in_two_days(),
    )
    # Of two at the same moment the second waits here for the first, and is refused.
    OrganisationRequest.objects.bulk_create([row], ignore_conflicts=True)
    if not (kept := OrganisationRequest.objects.filter(digest=row.digest).first()):
        raise subdomains.IsAskedFor(subdomain=wanted.subdomain)
    outbox.queue_for_platform(
        "organisation-confirm",
        to=email,
        name=wanted.contact_name,
        language=wanted.language,
        organisation_name=wanted.name,
        address=f"{wanted.subdomain}.{settings.NETLOC}",
        confirm_url=facts.link(f"{settings.SCHEME}://{settings.NETLOC}/register/{token}/"),
    )
    return kept


def find(token: str) -> OrganisationRequest:
    """Raises LinkIsOver."""
    row = OrganisationRequest.objects.filter(digest=_digest(token)).first()
    if row is None or (row.confirmed_at is None and row.expires_at <= timezone.now()):
        raise LinkIsOver
    return row


def confirm(token: str) -> Arrival:
    """Whoever has the link reads the contact's mail. Raises LinkIsOver, SubdomainRefused."""
    return fulfil(find(token))


@transaction.atomic
def fulfil(request: OrganisationRequest) -> Arrival:
    """The organisation is made, with the contact as its administrator; again, it changes nothing. Locks the request.
    Raises LinkIsOver, SubdomainRefused."""
    row = OrganisationRequest.objects.select_for_update().filter(pk=request.pk).first()
    if row is None:
        raise LinkIsOver
    if row.confirmed_at is not None:
        if row.organisation is None:
            raise LinkIsOver
        return Arrival(row.organisation, "")
    subdomains.check(row.subdomain, of=row)
    organisation = _make(row)
    with audit.acting(None, label=row.contact_email, ip=row.asked_from), scope(organisation):
        roles = [Role.Name.ORG_ADMIN]
        user, _is_new = staffing.invite(row.contact_email, row.contact_name, roles, language=row.language)
        audit.log("organisation.registered", organisation, new={"status": organisation.status}, actor=user)
        platform_log.note("organisation.registered", organisation=organisation, new={"status": organisation.status})
    welcome_url = "" if user.has_usable_password() else welcome.link(user, organisation.url)
    row.confirmed_at, row.organisation = timezone.now(), organisation
    row.save(update_fields=["confirmed_at", "organisation"])
    _report(organisation, user, welcome_url)
    return Arrival(organisation, welcome_url)


def _make(row: OrganisationRequest) -> Organisation:
    at_once = value_of("organisations_register") == "at_once"
    try:
        with transaction.atomic():
            return Organisation.objects.create(
                name=row.name,
                type=row.type,
                city=row.city,
                country=row.country,
                contact_email=row.contact_email,
                subdomain=row.subdomain,
                language=row.language,
                currency=CURRENCIES.get(row.country, "EUR"),
                time_zone=ZONES.get(row.country, "Europe/Amsterdam"),
                status=Organisation.Status.ACTIVE if at_once else Organisation.Status.NEW,
                shows_first_steps=True,
            )
    except IntegrityError as error:
        raise subdomains.IsTaken(subdomain=row.subdomain) from error


def _report(organisation: Organisation, contact: User, welcome_url: str) -> None:
    """To the contact, and to everybody who administers the platform."""
    is_new = organisation.status == Organisation.Status.NEW
    outbox.queue_for_platform(
        "organisation-made",
        to=contact.email,
        name=contact.name,
        language=contact.language,
        organisation_name=organisation.name,
        site=facts.link(f"{organisation.url}/"),
        waits="yes" if is_new else "",
        welcome_url=facts.link(welcome_url),
        administration_url=facts.link(f"{organisation.url}/organisation/"),
    )
    for admin in User.objects.filter(is_platform_admin=True, is_active=True).order_by("pk"):
        outbox.queue_for_platform(
            "organisation-registered",
            to=admin.email,
            name=admin.name,
            language=admin.language,
            organisation_name=organisation.name,
            address=f"{organisation.subdomain}.{settings.NETLOC}",
            waits="yes" if is_new else "",
            portal_url=facts.link(f"{settings.SCHEME}://portal.{settings.NETLOC}/platform/"),
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
