"""The rights of a token stand in one place, and one more needs no migration (kring/accounts/scopes.py)."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from kring.accounts import scopes
from kring.accounts.models import ApiToken
from kring.api import urls
from kring.core.registry import NotRegistered, Registry


@pytest.mark.django_db
def test_one_more_right_needs_no_migration(monkeypatch):
    more = Registry("right of an API token")
    for scope, words in [*scopes.choices(), ("library", "read books")]:
        more.add(scope, words)
    monkeypatch.setattr(scopes, "scopes", more)

    assert ("library", "read books") in ApiToken._meta.get_field("scopes").base_field.choices
    call_command("makemigrations", "accounts", check_changes=True, dry_run=True, verbosity=0)


def test_each_operation_of_the_api_asks_for_rights_there_are():
    asked = {scope for any_of_them in urls._scopes().values() for scope in any_of_them}

    assert asked <= set(scopes.scopes.keys())


def test_a_token_with_a_right_there_is_not_is_never_made(in_scope):
    with pytest.raises(NotRegistered, match="There is no right of an API token 'everything'"):
        ApiToken.issue(name="Till", scopes=["events", "everything"], created_by=None)

    assert not ApiToken.objects.exists()
