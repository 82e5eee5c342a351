"""A person who invites an address learns nothing that its account contains elsewhere (A6)."""

from __future__ import annotations

import pytest

from kring.accounts import staffing
from kring.accounts.known_name import known_name
from kring.accounts.models import Role
from kring.accounts.roles import people_with
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from tests import make
from tests.accounts.conftest import log_in

SECRETLY = "Theresia van Elsewhere"


@pytest.fixture
def ada(theirs):
    """An account that exists on another organisation's site, with its true name."""
    with scope(theirs):
        return make.staff("member", email="ada@example.org", name=SECRETLY)


@pytest.fixture
def admin(ours, browser):
    with scope(ours):
        user = make.staff("org_admin", name="Boss")
    client = browser(ours)
    client.force_login(user)
    return client


@pytest.fixture
def invite(admin):
    def invite(name="Our Ada", roles=("org_admin",)):
        data = {"email": "ada@example.org", "name": name, "language": "en", "roles": roles}
        return admin.post("/organisation/users/new/", data, follow=True)

    return invite


def test_the_name_in_the_account_is_nowhere_until_she_has_come(ours, ada, admin, invite):
    pages = [invite()]
    here = f"/organisation/users/{ada.pk}/"
    for path in ("/organisation/users/", here, f"{here}removal/", f"{here}block/", "/organisation/log/"):
        pages.append(admin.get(path, follow=True))
    for path, data in ((here, {"roles": ["door"]}), (f"{here}block/", {}), (f"{here}block/removal/", {})):
        pages.append(admin.post(path, data, follow=True))
    pages.append(admin.post(f"{here}removal/", follow=True))

    assert {page.status_code for page in pages} == {200}
    assert [page.request["PATH_INFO"] for page in pages if SECRETLY in page.content.decode()] == []
    assert "Our Ada" in pages[1].content.decode()
    with scope(ours):
        logged = [
            *((mail.recipient_name, mail.text, mail.facts) for mail in Message.objects.all()),
            *AuditEntry.objects.values_list("subject_label"),
        ]
        assert SECRETLY not in str(logged)


def test_nobody_finds_her_by_that_name(ada, admin, invite):
    invite()

    assert "ada@example.org" not in admin.get("/organisation/users/", {"q": "Theresia"}).content.decode()
    assert "ada@example.org" in admin.get("/organisation/users/", {"q": "our ada"}).content.decode()


def test_mails_to_staff_call_her_as_we_do(ours, ada, invite):
    invite()

    with scope(ours):
        assert [known_name(user) for user in people_with(Role.Name.ORG_ADMIN) if user == ada] == ["Our Ada"]


def test_the_last_administrator_is_called_as_we_do(ours, ada, invite):
    invite()

    with scope(ours):
        Role.objects.exclude(user=ada).delete()
        with pytest.raises(staffing.LastAdmin) as refused:
            staffing.remove(ada)
    assert "Our Ada" in str(refused.value)


def test_once_she_has_logged_in_here_she_is_called_as_she_says(ours, ada, admin, invite, browser):
    invite()
    log_in(browser("theirs.kring.localhost"), ada.email)
    assert SECRETLY not in admin.get("/organisation/users/").content.decode()

    log_in(browser(ours), ada.email)

    assert SECRETLY in admin.get("/organisation/users/").content.decode()
    assert SECRETLY in invite("Another Name", ["door"]).content.decode()


def test_a_role_given_later_says_no_more(ours, ada, invite):
    invite()

    invite("Another Name", ["door"])

    with scope(ours):
        assert known_name(ada) == "Our Ada"
