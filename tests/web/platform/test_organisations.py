"""The platform's list of organisations: for platform admins, and for nobody else (T1, T2)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.hosting import sizes
from kring.hosting.models import OrganisationNote, OrganisationSize
from kring.mail.models import PlatformMessage
from kring.organisations import activation, platform_settings
from kring.organisations.models import AuditEntry, Organisation, PlatformLog
from kring.plans.models import Plan, PlanSubscription
from tests import make

HOST = {"host": "portal.kring.localhost"}


@pytest.fixture
def admin(client, db):
    person = make.user(is_platform_admin=True)
    client.force_login(person)
    return person


def test_a_visitor_has_to_log_in(client, db):
    answer = client.get("/platform/", headers=HOST)

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/platform/")


@pytest.mark.parametrize("path", ["/platform/", "/platform/organisations/1/", "/platform/organisations/1/blocking/"])
def test_an_organisations_administrator_is_refused(client, organisation, path):
    with scope(organisation):
        client.force_login(make.staff("org_admin"))

    assert client.get(path, headers=HOST).status_code == 403


def listed(client, **query):
    table = client.get("/platform/", query, headers=HOST).context["table"]
    return [row.record.name for row in table.page.object_list]


def test_the_list_shows_the_sizes_that_were_counted_last(client, admin):
    big, small = make.organisation(name="Big"), make.organisation(name="Small")
    with scope(big):
        make.event()
        make.staff("door")
        make.member()
        sizes.count()

    page = client.get("/platform/", headers=HOST)

    assert [(row.record.name, row.record.members) for row in page.context["table"].rows] == [
        ("Small", None),
        ("Big", 1),
    ]
    assert "sizes as of" in page.text
    assert OrganisationSize.objects.get().events == 1
    assert not OrganisationSize.objects.filter(organisation=small).exists()


@pytest.mark.parametrize("number", [1, 30])
def test_it_costs_the_same_for_one_and_for_many(client, admin, number, django_assert_num_queries):
    for _ in range(number):
        make.organisation()

    # Session and user; whether there are plans; when sizes were counted; the count and the rows.
    with django_assert_num_queries(6):
        client.get("/platform/", headers=HOST)


def test_search_and_status_narrow_the_list(client, admin):
    make.organisation(name="Svoranje", subdomain="svoranje")
    make.organisation(name="Zlot", subdomain="zlot", status=Organisation.Status.BLOCKED)

    assert listed(client, q="ORANJE") == ["Svoranje"]
    assert listed(client, status="blocked") == ["Zlot"]
    assert listed(client, q="nobody") == []
    assert sorted(listed(client, status="nonsense", page="x", sort="nonsense")) == ["Svoranje", "Zlot"]


def test_with_plans_the_list_says_who_has_which_and_how_far_it_is_paid(client, admin):
    platform_settings.change("plans_on", True)
    club = Plan.objects.create(name="Club", price=10, stripe_price_id="price_1")
    for name, status in (("Judo", "limited"), ("Chess", "ok")):
        organisation = make.organisation(name=name, billing_status=status)
        with scope(organisation):
            PlanSubscription.objects.create(plan=club, state="active", subscription_id=f"sub_{name}")
    make.organisation(name="Sailing")

    page = client.get("/platform/", headers=HOST).text

    assert page.count("Club") == 3
    assert "access limited" in page
    assert sorted(listed(client, plan=str(club.pk))) == ["Chess", "Judo"]
    assert listed(client, plan="none") == ["Sailing"]
    assert listed(client, billing="limited") == ["Judo"]
    assert len(listed(client, plan="x", billing="x")) == 3
    assert len(listed(client, plan="9" * 30)) == 0


def test_without_plans_it_says_nothing_of_them(client, admin):
    make.organisation()

    page = client.get("/platform/", headers=HOST)

    assert "plan" not in page.context["table"].columns.names()
    assert [name for name, *_rest in page.context["filters"]] == ["status"]


def test_it_is_sorted_by_size_and_what_is_not_counted_comes_last(client, admin):
    for name, members in [("A", 3), ("B", None), ("C", 7)]:
        made = make.organisation(name=name)
        if members is not None:
            OrganisationSize.objects.create(organisation=made, members=members)

    assert listed(client, sort="members") == ["A", "C", "B"]
    assert listed(client, sort="-members") == ["C", "A", "B"]
    assert listed(client, sort="name") == ["A", "B", "C"]


def test_opening_and_closing_a_site_is_in_both_logs(client, admin):
    club = make.organisation(status=Organisation.Status.NEW)
    change(client, club)

    club.refresh_from_db()
    assert (club.status, club.blocked_reason) == (Organisation.Status.BLOCKED, "It has not paid.")
    with scope(club):
        own = list(AuditEntry.objects.order_by("pk").values_list("action", "actor_label", "old", "new"))
    above = list(PlatformLog.objects.order_by("pk").values_list("action", "actor_label", "old", "new"))
    assert own == above
    assert own == [
        ("organisation.activated", admin.email, {"status": "new"}, {"status": "active"}),
        (
            "organisation.blocked",
            admin.email,
            {"status": "active"},
            {"status": "blocked", "reason": "It has not paid."},
        ),
    ]


def change(client, club):
    client.post(f"/platform/organisations/{club.pk}/activation/", headers=HOST)
    client.post(f"/platform/organisations/{club.pk}/blocking/", {"reason": "It has not paid."}, headers=HOST)


def test_its_administrators_are_told_in_their_language(client, admin):
    club = make.organisation(status=Organisation.Status.NEW, name="De Toren")
    with scope(club):
        boss, _door = make.staff("org_admin", language="nl"), make.staff("door")
    change(client, club)

    mails = PlatformMessage.objects.order_by("pk")
    assert [(mail.recipient, mail.language, mail.template) for mail in mails] == [
        (boss.email, "nl", "organisation-activated"),
        (boss.email, "nl", "organisation-blocked"),
    ]
    assert "De Toren" in mails[0].subject
    assert "It has not paid." in mails[1].text


def test_without_an_administrator_its_contact_address_is_told(client, admin):
    club = make.organisation(contact_email="office@toren.example", status=Organisation.Status.NEW)
    change(client, club)

    assert {mail.recipient for mail in PlatformMessage.objects.all()} == {"office@toren.example"}


def test_a_closed_site_says_why_until_it_is_open_again(client, admin, organisation):
    site = {"host": f"{organisation.subdomain}.kring.localhost"}
    client.post(f"/platform/organisations/{organisation.pk}/blocking/", {"reason": "<b>No</b> rent"}, headers=HOST)
    closed = client.get("/", headers=site)
    assert (closed.status_code, "&lt;b&gt;No&lt;/b&gt; rent" in closed.text) == (403, True)

    client.post(f"/platform/organisations/{organisation.pk}/activation/", headers=HOST)
    assert client.get("/", headers=site).status_code == 200
    organisation.refresh_from_db()
    assert organisation.blocked_reason == ""


def test_closing_is_asked_first_and_needs_a_reason(client, admin, organisation):
    address = f"/platform/organisations/{organisation.pk}/blocking/"
    assert f"Close the site of {organisation.name}?" in client.get(address, headers=HOST).text

    assert client.post(address, {"reason": " "}, headers=HOST).status_code == 422
    organisation.refresh_from_db()
    assert organisation.status == Organisation.Status.ACTIVE


def test_the_same_twice_is_noted_and_told_once(client, admin, organisation):
    for _twice in range(2):
        client.post(f"/platform/organisations/{organisation.pk}/blocking/", {"reason": "Rent"}, headers=HOST)

    assert (PlatformLog.objects.count(), PlatformMessage.objects.count()) == (1, 1)


def test_its_page_shows_staff_history_and_notes_of_it_alone(client, admin, organisation):
    other = make.organisation()
    with scope(organisation):
        boss, member = make.staff("org_admin"), make.staff("member")
    with scope(other):
        stranger = make.staff("org_admin")
    for club, text in [(organisation, "Phoned on Monday"), (other, "Another")]:
        client.post(f"/platform/organisations/{club.pk}/notes/", {"text": text}, headers=HOST)

    page = client.get(f"/platform/organisations/{organisation.pk}/", headers=HOST).text

    assert boss.email in page
    assert "Phoned on Monday" in page
    assert admin.name in page
    assert "Note about an organisation added" in page
    assert not any(words in page for words in (member.email, stranger.email, "Another"))


def test_a_note_is_removed_and_belongs_to_its_organisation(client, admin, organisation):
    base = f"/platform/organisations/{organisation.pk}/notes/"
    assert client.post(base, {"text": ""}, headers=HOST).status_code == 422
    client.post(base, {"text": "Phoned"}, headers=HOST)
    note = OrganisationNote.objects.get()
    elsewhere = f"/platform/organisations/{make.organisation().pk}/notes/{note.pk}/removal/"
    assert client.post(elsewhere, headers=HOST).status_code == 404
    client.post(f"{base}{note.pk}/removal/", headers=HOST)

    assert not OrganisationNote.objects.exists()
    assert list(PlatformLog.objects.order_by("pk").values_list("action", "old")) == [
        ("organisation.note_added", None),
        ("organisation.note_removed", {"value": "Phoned"}),
    ]


def test_after_logging_in_one_is_at_the_list(client, admin):
    for start in ("/", "/portal/"):
        assert client.get(start, headers=HOST)["Location"] == "/platform/"


def test_a_registration_is_refused_with_the_reason(client, admin):
    club = make.organisation(status=Organisation.Status.NEW, contact_email="eva@example.org")
    page = f"/platform/organisations/{club.pk}/"

    assert f'href="{page}blocking/">Refuse' in client.get(page, headers=HOST).text
    assert f"Refuse the registration of {club.name}?" in client.get(f"{page}blocking/", headers=HOST).text
    client.post(f"{page}blocking/", {"reason": "No club"}, headers=HOST)

    club.refresh_from_db()
    assert (club.status, club.blocked_reason) == ("blocked", "No club")
    assert PlatformMessage.objects.get().recipient == "eva@example.org"


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/organisation/"])
def test_one_that_was_refused_is_nowhere_to_be_seen(client, db, path):
    """As one that waits: nobody learns that it asked; one that was open says that it is closed."""
    club = make.organisation(status=Organisation.Status.NEW, name="The Club", subdomain="club")
    host = {"host": "club.kring.localhost"}
    activation.block(club, "We do not know you.")
    activation.block(club, "We still do not know you.")
    answer = client.get(path, headers=host)
    assert (answer.status_code, "The Club" in answer.text) == (404, False)

    activation.activate(club)
    activation.block(club, "It has not paid.")
    assert client.get(path, headers=host).status_code == 403
