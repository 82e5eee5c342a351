"""What holds for every page of the administration (A5, T3)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.forms import form_editing
from kring.forms.sheet import QuestionWish
from kring.organisations.models import AuditEntry
from tests import make, one_of_each
from tests.web.manage import routes
from tests.web.manage.conftest import Staff

pytestmark = pytest.mark.django_db

ACTS_OF_BUILDER = ("known", "name", "preview", "question_position")
# The same for the list of all events' registrations and for that of one.
LISTS = ("registrations", "event_registrations")
ACTS = ("mail", "confirm", "complete", "cancel")
POST_ONLY = {
    *(f"{each}_{what}" for each in LISTS for what in ("columns", "view", "view_removal")),
    *(f"{each}_act_{act}" for each in LISTS for act in ACTS),
    *("density", "waiting_invite", "attraction_position", "event_demands", "rule_position", "fewest_sessions"),
    *(f"{form}_{act}" for form in ("attraction_form", "settings_form") for act in ACTS_OF_BUILDER),
}
EVERYBODY = {"organiser", "treasurer", "box_office", "door", "monitor"}
# Who may open which page, beside the administrator, who may open all. What is not named is the administrator's alone.
OPEN_TO = {
    "dashboard": EVERYBODY,
    # Everybody may make events here, and has a list of her own.
    **dict.fromkeys(["events", "event_new", "event_names", "density"], EVERYBODY | {"member"}),
    **dict.fromkeys(
        [
            *("event", "event_history", "attractions", "event_forms", "payment_options", "mail", "event_mail"),
            *("organisers", "eligibility", "sessions"),
        ],
        frozenset({"organiser", "monitor"}),
    ),
    **dict.fromkeys(
        [
            *("event_change", "event_removal", "event_copy", "event_submission", "event_withdrawal"),
            *("event_cancellation", "organiser_new", "organiser", "organiser_removal"),
            *("attraction_new", "attraction", "attraction_removal", "attraction_position"),
            *("payment_option", "payment_option_removal", "entrance", "entrance_removal", "event_demands"),
            *("attraction_form", "attraction_form_removal", "attraction_form_name", "attraction_form_preview"),
            *("attraction_form_versions", "attraction_form_version", "attraction_form_question_new"),
            "attraction_form_known",
            *("attraction_form_question", "attraction_form_question_removal", "attraction_form_question_position"),
            *("eligibility_trial", "rule_new", "rule_add", "rule", "rule_removal", "rule_position"),
            *("session_new", "session", "session_removal", "fewest_sessions"),
            *("waiting_list_new", "waiting_rules", "waiting_end", "waiting_entry_new", "waiting_invite"),
            *("waiting_sending", "waiting_entry_sending", "waiting_entry_removal", "waiting_entry_position"),
            *("registration_cancellation", "registration_ticket", "registration_ticket_again"),
            *("registration_correction", "registration_undo_check_in"),
            *("message", "message_html", "message_attachment", "message_sending"),
        ],
        frozenset({"organiser"}),
    ),
    **dict.fromkeys(
        [
            *("registrations", "registration", "registration_file", "event_registrations", "session_people"),
            *(f"{each}_{what}" for each in LISTS for what in ("export", "columns", "view", "view_removal", "act")),
            *("event_report", "event_report_pdf", "event_report_xlsx"),
            *("waiting_lists", "waiting_list", "waiting_export", "waiting_group", "waiting_group_export"),
            "waiting_entry",
        ],
        frozenset({"organiser", "treasurer", "box_office", "monitor"}),
    ),
    **dict.fromkeys([f"{each}_act_{act}" for each in LISTS for act in ("mail", "cancel")], frozenset({"organiser"})),
    **dict.fromkeys(
        [f"{each}_act_{act}" for each in LISTS for act in ("confirm", "complete")],
        frozenset({"organiser", "treasurer"}),
    ),
    "event_door": frozenset({"organiser", "door", "monitor"}),
    **dict.fromkeys(["orders", "order", "notifications"], frozenset({"treasurer", "box_office", "monitor"})),
    **dict.fromkeys(
        ["order_buyer", "order_completion", "payment_confirmation", "payment_undoing"],
        frozenset({"organiser", "treasurer"}),
    ),
    **dict.fromkeys(
        ["order_cancellation", "order_decision", "order_keeping", "payment_refund"], frozenset({"treasurer"})
    ),
}


@pytest.fixture
def full(organisation: Any, world: SimpleNamespace) -> SimpleNamespace:
    return _filled(organisation, world)


def _filled(organisation: Any, world: SimpleNamespace) -> SimpleNamespace:
    with scope(organisation):
        world.message.attachments = [{"kind": "ticket", "id": world.ticket.pk}]
        world.message.subject_type, world.message.subject_id = "registration", world.registration.pk
        world.message.save()
        world.staff = make.staff("door")
        # A form of the organisation's own, and a file handed in with the registration.
        form_editing.create_form("Events", purpose="event", questions=[QuestionWish(name="subsidy", label="Subsidy")])
        world.upload.file.save("a.pdf", ContentFile(b"%PDF-"))
        world.registration.submission = world.submission
        world.registration.save()
    return world


def answers(client: Staff, world: SimpleNamespace) -> dict[str, int]:
    """What each page of the administration answers, by the name of its route."""
    found = {}
    for name in routes.names():
        address = routes.address(name, world)
        found[name] = (client.post(address, {}) if name in POST_ONLY else client.get(address)).status_code
    return found


def test_every_page_opens_for_the_administrator(admin: Staff, full: SimpleNamespace) -> None:
    failing = {name: status for name, status in answers(admin, full).items() if status not in (200, 302)}

    # Which view is to go is not said here.
    assert failing == {f"{each}_view_removal": 404 for each in LISTS}


@pytest.mark.parametrize("role", sorted({*EVERYBODY, Role.Name.MEMBER.value}))
def test_a_role_opens_its_own_pages_and_no_others(staff: Any, full: SimpleNamespace, role: str) -> None:
    opened = {name for name, status in answers(staff(role), full).items() if status != 403}

    assert opened == {name for name, roles in OPEN_TO.items() if role in roles}


def test_a_visitor_is_asked_to_log_in(staff: Any, full: SimpleNamespace) -> None:
    client = staff(None)

    for name in routes.names():
        response = client.get(routes.address(name, full))
        assert (response.status_code, response.url.split("?")[0]) == (302, "/accounts/login/"), name


def test_an_administrator_of_another_organisation_sees_nothing(organisation: Any, full: SimpleNamespace) -> None:
    other = make.organisation()
    with scope(other):
        stranger = make.staff(Role.Name.ORG_ADMIN)

    assert set(answers(Staff(organisation, stranger), full).values()) == {403}


def test_what_is_another_organisations_is_not_found(admin: Staff) -> None:
    other = make.organisation()
    rows = one_of_each.of(other, make.user())
    theirs = _filled(other, SimpleNamespace(**{model._meta.model_name: row for model, row in rows.items()}))

    found = {name: status for name, status in answers(admin, theirs).items() if routes.is_about_rows(name)}

    assert set(found.values()) == {404}, found


def test_no_page_changes_anything_when_it_is_only_opened(admin: Staff, full: SimpleNamespace) -> None:
    with scope(admin.organisation):
        before = AuditEntry.objects.count()

    answers(admin, full)

    with scope(admin.organisation):
        # Moving is a POST; who takes a list of people along is noted.
        noted = ["attraction.moved", "registrations.exported", "waiting.exported"]
        assert AuditEntry.objects.exclude(action__in=noted).count() == before


def test_acts_are_refused_without_the_token_of_the_form(staff: Any, full: SimpleNamespace) -> None:
    client = staff(Role.Name.ORG_ADMIN, enforce_csrf_checks=True)

    for name in routes.names():
        assert client.post(routes.address(name, full), {}).status_code == 403, name
