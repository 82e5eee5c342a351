"""One's own data and the family's, as a file: for people and for programs (M3)."""

from __future__ import annotations

import io
import zipfile

from allauth.account.models import EmailAddress
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts import bound_sessions, own_login
from kring.accounts.requests import UserRequest
from kring.core.filenames import filename
from kring.members import own_data, own_people
from kring.members.own_people import PortalPerson
from kring.organisations import audit
from kring.partners.models import Partner
from kring.web.access import needs_login
from kring.web.downloads import document
from kring.web.my import mine, own_dues

type Rows = list[dict[str, object]]


@needs_login
@require_safe
@never_cache
def page(request: UserRequest) -> HttpResponse:
    return render(request, "my/own_data.html", {"people": own_people.people_of(request.user)})


@needs_login
@require_safe
@never_cache
def download(request: UserRequest) -> HttpResponse:
    """A zip of `data.json` and `data.html`; that it was made is in the log of each member.

    A session that an organisation's login service began does not get what belongs to the login on all sites.
    """
    people = own_people.people_of(request.user)
    facts = {
        "organisation": request.organisation.name,
        "made_at": timezone.now(),
        "currency": request.organisation.currency,
        "account": {"name": request.user.name, "email": request.user.email, "language": request.user.language},
        **own_login.facts_of(request.user, is_whole=bound_sessions.speaks_for_login(request)),
        "members": [own_data.record_of(person) for person in people],
        **_from_elsewhere(request),
        **own_dues.facts_of(request.user, people),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", DjangoJSONEncoder(indent=2, ensure_ascii=False).encode(facts))
        archive.writestr("data.html", _for_people(request, people, facts))
    audit.log_many([("member.data_downloaded", person.member, None, None) for person in people])
    name = filename(request.organisation.name, ending="zip")
    return document(file.getvalue(), name=name, mimetype="application/zip")


def _from_elsewhere(request: UserRequest) -> dict[str, Rows]:
    """What their pages show of events, orders and waiting lists."""
    registrations = mine.registrations(request)
    return {
        "registrations": [
            {
                "event": str(each.event),
                "begins_at": each.event.starts_at,
                "attendee": each.attendee_name,
                "email": each.attendee_email,
                "state": each.state,
                "registered_at": each.created_at,
            }
            for each in registrations
        ],
        "orders": [
            {
                "number": each.number,
                "state": each.state,
                "total": each.total,
                "currency": each.currency,
                "ordered_at": each.created_at,
                "lines": [line.description for line in each.lines.all()],
            }
            for each in mine.orders(request)
        ],
        "waiting_lists": [
            {"event": str(each.event), "name": each.name, "state": each.state, "joined_at": each.joined_at}
            for each in mine.entries(request)
        ],
        "partners": [
            {"partner": each.name, "name": each.contact_name, "email": each.contact_email, "phone": each.contact_phone}
            for each in _contact_of(request)
        ],
        "certificates": [
            {"event": each.event_name, "name": each.name, "attended_at": each.attended_at, "code": each.code}
            for each in mine.certificates(request)
        ],
        "newsletters": [
            {
                "newsletter": each.mailing_list.name,
                "email": each.email,
                "state": each.state,
                "consent": each.consent_text,
                "order": each.order_number,
                "asked_at": each.asked_at,
                "asked_from": each.asked_from,
                "confirmed_at": each.confirmed_at,
                "confirmed_from": each.confirmed_from,
                "unsubscribed_at": each.unsubscribed_at,
            }
            for each in mine.newsletters(request)
        ],
    }


def _contact_of(request: UserRequest) -> QuerySet[Partner]:
    """Partners whose contact has an address that is proved to be this login's."""
    proved = EmailAddress.objects.filter(user=request.user, verified=True).values("email")
    return Partner.objects.filter(contact_email__in=proved)


def _for_people(request: UserRequest, people: list[PortalPerson], facts: dict[str, object]) -> str:
    context = {
        **facts,
        "people": [(person.member.name, own_data.lines_of(person)) for person in people],
        "user": request.user,
    }
    return render_to_string("my/own_data_file.html", context)
