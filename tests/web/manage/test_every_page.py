"""What holds for every page of the administration (A5, T3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.forms import form_editing
from kring.forms.sheet import QuestionWish
from kring.organisations.models import AuditEntry
from kring.web.access import PERSON
from kring.web.manage import nouns
from tests import make, one_of_each
from tests.module_rows import kept
from tests.thorough import PART, THOROUGH
from tests.web.manage import routes
from tests.web.manage.conftest import Staff

pytestmark = pytest.mark.django_db

ROLES = ("organiser", "treasurer", "members", "box_office", "door", "monitor", Role.Name.MEMBER.value)


def open_to(role: str) -> set[str]:
    """The pages that the nouns open to a role. Everybody may make events here, and has a list of their own."""
    by_role = {page for page, right in nouns.RIGHT_OF.items() if role in nouns.RIGHTS[right]}
    return by_role | nouns.also_open_to(PERSON) | routes.OF_NO_NOUN


@pytest.fixture(scope="module")
def organisation(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Made once for this file, with all that is in it."""
    with kept(django_db_blocker):
        yield make.organisation()


@pytest.fixture(scope="module")
def full(organisation: Any) -> SimpleNamespace:
    rows = one_of_each.of(organisation, make.user())
    return _filled(organisation, SimpleNamespace(**{model._meta.model_name: row for model, row in rows.items()}))


def _filled(organisation: Any, world: SimpleNamespace) -> SimpleNamespace:
    with scope(organisation):
        world.message.attachments = [{"kind": "ticket", "id": world.ticket.pk}]
        world.message.subject_type, world.message.subject_id = "registration", world.registration.pk
        world.message.save()
        world.staff = make.staff("door")
        # A form of the organisation's own, and a file handed in with registration, member and application.
        form_editing.create_form("Events", purpose="event", questions=[QuestionWish(name="subsidy", label="Subsidy")])
        world.upload.file.save("a.pdf", ContentFile(b"%PDF-"))
        world.professionproof.state, world.professionproof.upload = "open", world.upload
        world.professionproof.save()
        world.member.picture.save("a.jpg", ContentFile(b"\xff\xd8"))
        for each in (world.registration, world.member, world.application):
            each.submission = world.submission
            each.save(update_fields=["submission"])
    return world


def tried(number: int, always: Iterable[str] = ()) -> list[str]:
    """The pages named, and of the others a quarter, another one for each `number`.

    Each page is asked for the same, in one way at least, by tests/architecture/test_routes.py and test_strangers.py.
    """
    opened = {*always}
    return [
        name for place, name in enumerate(routes.names()) if THOROUGH or name in opened or (place + number) % PART == 0
    ]


def answers(client: Staff, world: SimpleNamespace, names: list[str]) -> dict[str, int]:
    """What each of these pages of the administration answers, by the name of its route."""
    found = {}
    for name in names:
        address = routes.address(name, world)
        status = client.get(address).status_code
        found[name] = client.post(address, {}).status_code if status == 405 else status
    return found


# Plans are there for all organisations.
OF_THE_PLATFORM = {"subscription_choice", "subscription_change"}
# The bank has the collection, no file is on the disk, nothing was paid, nobody has support access: 404 for whoever may
# see them.
NOT_THERE = {"collection_release", "collection_calling_off", "mandate_evidence", "dues_confirmation", "support_ending"}


def test_every_page_opens_for_the_administrator_and_changes_nothing_by_that(
    admin: Staff, full: SimpleNamespace
) -> None:
    with scope(admin.organisation):
        before = AuditEntry.objects.count()

    pages = answers(admin, full, routes.names())
    failing = {name: status for name, status in pages.items() if status not in (200, 302) and name not in NOT_THERE}

    assert failing == {}
    with scope(admin.organisation):
        # What one button sends is sent by the sweep too; who takes a list of people along is noted.
        exported = [
            "bank_line.account_seen",
            "campaign.codes_exported",
            "collection.downloaded",
            "contributions.exported",
            "guests.exported",
            "mandate.account_seen",
            "members.exported",
            "newsletter.exported",
            "provider_accounts.exported",
            "registrations.exported",
            "transfer_file.downloaded",
            "waiting.exported",
        ]
        noted = ["attraction.moved", "event.refund_stopped", "guests.uploaded", "partner.link_sent"]
        noted += ["payment.refund_account_asked", "price_rule.changed", *exported]
        noted += ["bank_lines.by_itself", "contribution_run.stopped", "mandate.final", "mandate.resumed"]
        noted += ["mandates.taken_over"]
        noted += ["first_steps.brought_back", "first_steps.hidden"]
        noted += ["provider_collection.released", "reminders.paused", "reminders.resumed"]
        new = AuditEntry.objects.exclude(action__in=noted).order_by("-pk")
        assert new.count() == before, " ".join(sorted(set(new.values_list("action", flat=True))))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_own_pages_and_no_others(staff: Any, full: SimpleNamespace, role: str) -> None:
    pages = tried(ROLES.index(role), always=open_to(role))
    opened = {name for name, status in answers(staff(role), full, pages).items() if status != 403}

    assert opened == open_to(role)


def test_a_visitor_is_asked_to_log_in(staff: Any, full: SimpleNamespace) -> None:
    client = staff(None)

    for name in routes.names():
        response = client.get(routes.address(name, full))
        assert (response.status_code, response.url.split("?")[0]) == (302, "/accounts/login/"), name


def test_an_administrator_of_another_organisation_sees_nothing(organisation: Any, full: SimpleNamespace) -> None:
    other = make.organisation()
    with scope(other):
        stranger = make.staff(Role.Name.ORG_ADMIN)

    assert set(answers(Staff(organisation, stranger), full, tried(1)).values()) == {403}


def test_what_is_another_organisations_is_not_found(admin: Staff) -> None:
    other = make.organisation()
    rows = one_of_each.of(other, make.user())
    theirs = _filled(other, SimpleNamespace(**{model._meta.model_name: row for model, row in rows.items()}))

    about_rows = [name for name in tried(0) if routes.is_about_rows(name, theirs) and name not in OF_THE_PLATFORM]

    found = answers(admin, theirs, about_rows)

    assert set(found.values()) == {404}, found


def test_acts_are_refused_without_the_token_of_the_form(staff: Any, full: SimpleNamespace) -> None:
    client = staff(Role.Name.ORG_ADMIN, enforce_csrf_checks=True)

    for name in routes.names():
        assert client.post(routes.address(name, full), {}).status_code == 403, name
