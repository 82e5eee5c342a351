"""Collections on the staff's pages: from the dry run to the money, returns, and what follows them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.direct_debit.models import CollectionFile, CollectionRun, CreditorAccount, Debit, DebitReturn
from tests.direct_debit.collecting import announced, creditor, mandates, owed, released, with_the_bank
from tests.dues import owing
from tests.web.manage.conftest import Staff
from tests.web.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(staff: Any) -> Staff:
    return staff("members")


def announce(treasurer: Staff, page: Any, seen: str) -> Any:
    return treasurer.post(f"{page.request['PATH_INFO']}?{page.request['QUERY_STRING']}", {"seen": seen})


def dry_run(treasurer: Staff, organisation: Any) -> Any:
    with scope(organisation):
        account = CreditorAccount.objects.get().pk
    return treasurer.page("collection_new", creditor=account, wanted_on=timezone.localdate().isoformat())


def test_without_an_account_one_is_led_to_it(treasurer: Staff):
    assert treasurer.page("collection_new").status_code == 302


def test_the_whole_way_to_the_money(treasurer: Staff, secretary: Staff, organisation: Any):
    with scope(organisation):
        creditor()
        found = owed("80.00")
        owing.contribution(member=owed(name="b").member, kind="correction", amount="5.00")
    page = dry_run(treasurer, organisation)
    assert "Announce 2 debits" in words(page)
    sent = treasurer.post(
        page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"seen": page.context["seen"]}
    )
    with scope(organisation):
        run = CollectionRun.objects.get()
    assert sent.url.endswith(f"/collections/{run.pk}/")

    assert "Somebody else has to release it" in words(treasurer.page("collection", run.pk))
    treasurer.act("collection_release", run.pk)
    with scope(organisation):
        assert CollectionRun.objects.get().state == "announced"
    assert secretary.act("collection_release", run.pk).status_code == 302
    first, second = secretary.act("collection_file", run.pk), treasurer.act("collection_file", run.pk)
    assert first.content == second.content
    assert "Checked by the schema pain.008.001.08" in words(treasurer.page("collection", run.pk))
    assert secretary.act("collection_handing_over", run.pk).status_code == 403
    assert treasurer.page("collection_closing", run.pk).status_code == 302
    assert "cannot be called off here after that" in words(treasurer.page("collection_handing_over", run.pk))
    treasurer.act("collection_handing_over", run.pk)
    assert treasurer.page("collection_handing_over", run.pk).status_code == 302
    assert treasurer.act("collection_booking", run.pk, on="2200-01-01").status_code == 422
    treasurer.act("collection_booking", run.pk, on=timezone.localdate().isoformat())
    assert "Nothing more is expected of it" in words(treasurer.page("collection_closing", run.pk))
    treasurer.act("collection_closing", run.pk)
    with scope(organisation):
        assert CollectionRun.objects.get().state == "closed"
        assert owing.now(found) == [("paid", "80.00", "0.00")]


def test_the_dry_run_says_who_is_left_out_and_changes_nothing(treasurer: Staff, organisation: Any):
    with scope(organisation):
        creditor()
        owed("80.00")
        owing.contribution("12.00")
    text = words(dry_run(treasurer, organisation))
    assert "no mandate: 1, €12.00" in text.replace("\xa0", " ").replace("€ ", "€")
    with scope(organisation):
        assert not CollectionRun.objects.exists()


def test_a_plan_that_has_changed_is_shown_again(treasurer: Staff, organisation: Any):
    with scope(organisation):
        creditor()
        owed("80.00")
    page = dry_run(treasurer, organisation)
    answer = announce(treasurer, page, "x")
    assert "Something has changed since you looked" in words(answer)


def test_a_collection_is_called_off(treasurer: Staff, organisation: Any):
    with scope(organisation):
        creditor()
        owed()
        run = announced()
    assert "what they owe is open again" in words(treasurer.page("collection_calling_off", run.pk))
    treasurer.act("collection_calling_off", run.pk, seen="released")
    with scope(organisation):
        assert CollectionRun.objects.get().state == "announced"
    treasurer.act("collection_calling_off", run.pk, seen="announced")
    with scope(organisation):
        assert CollectionRun.objects.get().state == "called_off"
    assert treasurer.page("collection_calling_off", run.pk).status_code == 404


def test_a_return_is_noted_by_hand_and_taken_back(treasurer: Staff, organisation: Any):
    with scope(organisation):
        creditor()
        owed()
        debit = with_the_bank().debits.get()
    sent = {"code": "AC04", "returned_on": timezone.localdate().isoformat(), "charges": "3.50"}
    assert treasurer.act("debit_return", debit.pk, **sent).status_code == 302
    assert "AC04" in words(treasurer.page("collection", debit.run_id, state="returned"))
    assert treasurer.page("debit_return", debit.pk).status_code == 404
    with scope(organisation):
        made = DebitReturn.objects.get()
    treasurer.act("debit_return_undoing", made.pk)
    with scope(organisation):
        assert Debit.objects.get().state == "under_way"


def test_what_follows_a_reason_is_decided(treasurer: Staff):
    assert treasurer.act("return_rules", code="ms03", action="person").status_code == 302
    assert "decided by you" in words(treasurer.page("return_rules"))
    assert treasurer.act("return_rules", code="XX99", action="").status_code == 422
    assert treasurer.act("return_rules", code="łł", action="person").status_code == 422


def test_an_account_is_not_retired_while_it_collects(treasurer: Staff, organisation: Any):
    with scope(organisation):
        ours = creditor()
        owed()
        released()
    treasurer.act("creditor_retiring", ours.pk)
    with scope(organisation):
        assert CreditorAccount.objects.get().retired_at is None
        assert mandates.version_of(Debit.objects.get().mandate).number == 1
        assert CollectionFile.objects.count() == 1
