"""The page of accounts with payment providers (P7)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry
from kring.payments.method import Connected, KeysRefused, ProviderUnavailable
from kring.payments.methods import method
from kring.payments.models import ProviderAccount, StripeConnection
from tests.web.manage.conftest import Staff, url
from tests.web.test_asking_again import grow_old

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "the key of the merchant"
LIVE = ("testpay", "live")


@pytest.fixture(autouse=True)
def both_modes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(method("testpay"), "has_test_mode", True)


def accounts(staff: Staff) -> list[ProviderAccount]:
    with scope(staff.organisation):
        return list(ProviderAccount.objects.order_by("mode"))


def enter(staff: Staff, *args: str, key: str = KEY) -> Any:
    return staff.act("provider", *args, **{"secret-key": key})


def test_keys_that_work_are_kept_and_never_shown(admin: Staff) -> None:
    answer = enter(admin, *LIVE)

    assert (answer.status_code, answer.url) == (302, url("providers"))
    shown = admin.page("providers").content.decode() + admin.page("provider", *LIVE).content.decode()
    assert "working" in shown and KEY not in shown
    assert [account.keys for account in accounts(admin)] == [{"key": KEY}]


@pytest.mark.parametrize("refusal", [KeysRefused, ProviderUnavailable])
def test_keys_that_the_provider_refuses_are_said_to_be_wrong(admin: Staff, monkeypatch: Any, refusal: Any) -> None:
    def refuse(*_arguments: Any, **_more: Any) -> Connected:
        raise refusal

    monkeypatch.setattr(method("testpay"), "try_keys", refuse)

    answer = enter(admin, *LIVE)

    assert answer.status_code == 422
    assert str(refusal.message)[:40] in answer.content.decode()
    assert accounts(admin) == []


def test_the_treasurer_sees_the_accounts_and_enters_none(admin: Staff, treasurer: Staff, organiser: Staff) -> None:
    enter(admin, *LIVE)

    assert "working" in treasurer.page("providers").content.decode()
    assert enter(treasurer, *LIVE, key="another key of a merchant").status_code == 403
    assert organiser.page("providers").status_code == 403


@pytest.mark.parametrize("verb", ["get", "post"])
def test_an_old_login_is_asked_for_the_password_first_and_no_session_keeps_the_keys(admin: Staff, verb: str) -> None:
    grow_old(admin)

    answer = enter(admin, *LIVE) if verb == "post" else admin.page("provider", *LIVE)

    assert answer.url.startswith("/accounts/reauthenticate/")
    assert KEY not in str(dict(admin.session))


def test_one_mode_is_used_at_a_time_and_any_of_them_is_stopped(admin: Staff) -> None:
    enter(admin, "testpay", "test")
    enter(admin, *LIVE)
    assert [(each.mode, each.is_in_use) for each in accounts(admin)] == [("live", True), ("test", False)]

    admin.act("provider_use", "testpay", "test")
    assert [(each.mode, each.is_in_use) for each in accounts(admin)] == [("live", False), ("test", True)]

    admin.act("provider_stop", "testpay", "test")
    assert [each.is_in_use for each in accounts(admin)] == [False, False]


def test_keys_are_tried_again(admin: Staff) -> None:
    enter(admin, *LIVE)
    with scope(admin.organisation):
        ProviderAccount.objects.update(state="refused")

    admin.act("provider_check", *LIVE)

    assert [each.state for each in accounts(admin)] == ["working"]


@pytest.mark.parametrize("where", [("transfer", "live"), ("testpay", "pretend"), ("nobody", "live")])
def test_what_has_no_account_is_not_found(admin: Staff, where: tuple[str, str]) -> None:
    assert admin.page("provider", *where).status_code == 404


@pytest.mark.parametrize("page", ["provider_use", "provider_stop", "provider_check"])
def test_a_former_account_stands_in_no_way_of_the_present_one(admin: Staff, monkeypatch: Any, page: str) -> None:
    monkeypatch.setattr(method("testpay"), "identify", lambda keys, **_more: keys["key"])
    enter(admin, *LIVE)
    enter(admin, *LIVE, key="the key of another account")

    assert admin.act(page, *LIVE).status_code == 302
    assert sorted(account.is_former for account in accounts(admin)) == [False, True]


def test_which_accounts_there_are_is_downloaded_without_what_opens_them(
    admin: Staff, treasurer: Staff, organiser: Staff
) -> None:
    enter(admin, *LIVE)
    with scope(admin.organisation):
        ProviderAccount.objects.update(name="Our Club", identity="acct_17")
        StripeConnection.objects.create(account_id="acct_connected", state="onboarding")
    assert organiser.page("providers_export").status_code == 403

    answer = treasurer.page("providers_export")

    content = b"".join(answer.streaming_content)
    [_heads, account, connected] = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert account[1:6] == ["live", "Our Club", "acct_17", "working", "yes"]
    assert (connected[0], connected[3], connected[4]) == ("Stripe Connect", "acct_connected", "being set up")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(KEY.encode() in archive.read(name) for name in archive.namelist())
    with scope(admin.organisation):
        assert AuditEntry.objects.get(action="provider_accounts.exported").new == {"number": 2}
