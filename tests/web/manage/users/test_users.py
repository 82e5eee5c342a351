"""Users and their roles in the browser (A5)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.mail.models import Message
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import errors

pytestmark = pytest.mark.django_db


def roles(client: Staff, user: Any) -> set[str]:
    with scope(client.organisation):
        return set(Role.objects.filter(user=user, blocked_at=None).values_list("name", flat=True))


def test_somebody_is_invited_by_mail(admin: Staff) -> None:
    admin.act("user_new", email="nel@example.org", name="Nel", language="nl", roles=["door", "treasurer"])

    with scope(admin.organisation):
        assert Message.objects.get().recipient == "nel@example.org"
        held = Role.objects.filter(user__email="nel@example.org").values_list("name", flat=True)
        assert set(held) == {"door", "treasurer"}


@pytest.mark.parametrize("wrong", [{"email": "nel"}, {"roles": []}, {"roles": ["platform_admin"]}, {"name": ""}])
def test_a_wrong_invitation_goes_nowhere(admin: Staff, wrong: dict[str, Any]) -> None:
    form = {"email": "nel@example.org", "name": "Nel", "language": "nl", "roles": ["door"]} | wrong

    assert errors(admin.act("user_new", **form)).keys() == wrong.keys()
    with scope(admin.organisation):
        assert not Message.objects.exists()


def test_the_last_administrator_is_refused_beside_the_roles_and_on_a_page(admin: Staff) -> None:
    assert errors(admin.act("user", admin.user.pk, roles=["door"])).keys() == {"roles"}
    assert admin.act("user_removal", admin.user.pk).status_code == 409
    assert admin.act("user_block", admin.user.pk).status_code == 409

    assert roles(admin, admin.user) == {"org_admin"}


def test_a_blocked_user_is_shut_out_at_the_next_click(admin: Staff, organiser: Staff) -> None:
    admin.act("user_block", organiser.user.pk)
    assert organiser.page("events").status_code == 403

    admin.act("user_unblock", organiser.user.pk)
    assert organiser.page("events").status_code == 200
