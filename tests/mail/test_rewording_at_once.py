"""Two administrators change what the mails say at the same moment (N1)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.mail import rewording
from kring.mail.kinds import kind
from kring.mail.models import Wording
from kring.organisations.models import AuditEntry, Organisation
from tests.places.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

BODIES = {"ticket": "{code}", "order-expired": "{event}"}
KINDS: list[Any] = [kind("ticket"), kind("order-expired")]


def test_saving_and_restoring_at_once_leave_what_the_last_one_wanted(organisation):
    failed = []

    def act(number: int) -> None:
        for turn in range(12):
            try:
                with scope(organisation.pk):
                    for of in (KINDS, KINDS[::-1])[number % 2]:
                        if (number + turn) % 3:
                            rewording.reword(of, "en", subject=f"{number}.{turn}", body=BODIES[of.template])
                        else:
                            rewording.restore(of, "en")
            except Exception as error:
                failed.append(repr(error))

    at_once(act, 4)

    assert failed == []
    with scope(organisation):
        result = [f"{each.template}/{each.language}" for each in Wording.objects.order_by("template")]
        assert Organisation.objects.get(pk=organisation.pk).reworded_mails == result
        entries = AuditEntry.objects.filter(action="wording.removed").order_by("pk")
        known = {(each.new or {}).get("subject") for each in AuditEntry.objects.filter(action="wording.changed")}
        assert {each.old["subject"] for each in entries} <= known
