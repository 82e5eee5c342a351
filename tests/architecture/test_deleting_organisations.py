"""Deleting an organisation deletes what belongs to it, and only that (T6).

Document 002 keeps payments with an empty reference to the organisation. Here a payment between an organisation and its
people belongs to the organisation like everything else of it, so it goes with it, and the export that is offered
before keeps the record. What an organisation pays to the platform is the platform's own, and will outlive it.
"""

from __future__ import annotations

import pytest

from kring.accounts.models import User
from kring.organisations.models import Organisation
from tests import make, one_of_each
from tests.architecture.catalogue import everything_in, rows

TABLES = [model._meta.db_table for model in one_of_each.tenant_models()]


def contents(organisation):
    return {table: everything_in(table, organisation) for table in TABLES}


def test_everything_of_the_organisation_goes(ours):
    gone = Organisation(pk=ours.organisation.pk)

    ours.organisation.delete()

    assert contents(gone) == {table: [] for table in TABLES}


def test_nothing_of_another_organisation_goes(ours, theirs):
    before = contents(theirs.organisation)

    ours.organisation.delete()

    assert all(before.values())
    assert contents(theirs.organisation) == before


def test_the_login_stays_for_the_other_organisations(ours, theirs, person):
    ours.organisation.delete()

    assert list(User.objects.all()) == [person]


@pytest.mark.django_db(transaction=True)
def test_no_deferred_rule_refuses_it_at_the_end_of_the_transaction():
    organisation = make.organisation()
    one_of_each.of(organisation, make.user())

    organisation.delete()

    assert rows("SELECT count(*) FROM organisations_organisation") == [(0,)]
