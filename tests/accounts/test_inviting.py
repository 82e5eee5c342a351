"""Inviting somebody to work here (A6)."""

from __future__ import annotations

from typing import Any

from kring.accounts import inviting, welcome
from kring.accounts.models import User
from kring.mail.models import Message
from tests import make


def invite(organisation: Any, email: str = "nel@example.org", **fields: Any) -> Message:
    given = {"name": "Nel", "language": "nl", "roles": ["door", "organiser"], "by": make.staff("org_admin", name="Ada")}
    inviting.invite(organisation, email=email, **given | fields)
    return Message.objects.get()


def test_a_new_person_is_told_her_roles_and_gets_a_link_to_set_a_password(in_scope: Any) -> None:
    message = invite(in_scope)

    assert (message.recipient, message.language) == ("nel@example.org", "nl")
    assert "Ada" in message.text
    path = message.text.split(f"{in_scope.url}/accounts/welcome/")[1].split()[0]
    uid, token, _rest = path.split("/")
    assert welcome.find(uid, token) == User.objects.get(email="nel@example.org")


def test_a_person_with_a_password_is_led_to_the_administration(in_scope: Any) -> None:
    make.user("nel@example.org", language="pl")

    message = invite(in_scope)

    assert message.language == "pl"
    assert f"{in_scope.url}/organisation/" in message.text
    assert "/accounts/welcome/" not in message.text


def test_the_roles_are_named_in_words(in_scope: Any) -> None:
    message = invite(in_scope, language="en", roles=["org_admin", "box_office"])

    assert "administrator, box office" in message.text


def test_who_is_to_sell_is_led_to_the_box_office(in_scope: Any) -> None:
    make.user("nel@example.org", language="en")

    assert f"{in_scope.url}/organisation/box-office/" in invite(in_scope, roles=["box_office"]).text
