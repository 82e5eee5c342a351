"""Settings of the platform: known ones with a type and a default, the operator's own, and the log of both (T5)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from kring.core.registry import NotRegistered
from kring.core.tenancy import scope
from kring.organisations import audit, platform_log, platform_settings
from kring.organisations.models import AuditEntry, Organisation, PlatformLog, PlatformSetting
from kring.organisations.platform_settings import KeyIsTaken, KnownSetting, ValueType
from tests import make
from tests.architecture.catalogue import as_owner
from tests.refusing import refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db):
    with audit.acting(person := make.user(is_platform_admin=True), ip="192.0.2.7"):
        yield person


@pytest.fixture
def a_secret(monkeypatch):
    known = KnownSetting("test_secret", "Test", "Secret", "", is_secret=True)
    monkeypatch.setitem(platform_settings.settings._entries, known.key, known)
    return known.key


def logged():
    return list(PlatformLog.objects.order_by("pk").values_list("action", "label", "old", "new"))


def test_what_nobody_has_set_has_its_default(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = platform_settings.values_of("operator_name", "site_lists_organisations")

    assert found == {"operator_name": "", "site_lists_organisations": True}


def test_a_key_the_code_does_not_know_is_an_error(db):
    with pytest.raises(NotRegistered):
        platform_settings.value_of("operator_nmae")


def test_what_is_set_holds_and_is_in_the_log_with_what_it_was(admin):
    for value in ("De Toren", "Het Slot", "Het Slot"):
        platform_settings.change("operator_name", value)

    assert platform_settings.value_of("operator_name") == "Het Slot"
    assert logged() == [
        ("setting.changed", "operator_name", {"value": ""}, {"value": "De Toren"}),
        ("setting.changed", "operator_name", {"value": "De Toren"}, {"value": "Het Slot"}),
    ]
    entry = PlatformLog.objects.first()
    assert (entry.actor, entry.actor_label, entry.ip) == (admin, admin.email, "192.0.2.7")


def test_a_flag_that_is_off_is_kept_though_its_default_is_on(admin):
    platform_settings.change("site_lists_organisations", False)

    assert platform_settings.value_of("site_lists_organisations") is False


def test_back_to_the_default(admin):
    platform_settings.change("site_lists_organisations", False)
    platform_settings.restore("site_lists_organisations")
    platform_settings.restore("site_lists_organisations")

    assert platform_settings.value_of("site_lists_organisations") is True
    assert [entry[0] for entry in logged()] == ["setting.changed", "setting.restored"]


def test_a_choice_that_is_gone_counts_as_the_default(admin, monkeypatch):
    known = KnownSetting("test_choice", "Test", "Choice", "", ValueType.CHOICE, "off", (("off", "off"), ("on", "on")))
    monkeypatch.setitem(platform_settings.settings._entries, known.key, known)
    platform_settings.change("test_choice", "on")
    assert platform_settings.value_of("test_choice") == "on"
    PlatformSetting.objects.update(value="gone")

    assert platform_settings.value_of("test_choice") == "off"


def test_a_secret_is_encrypted_and_in_no_log(admin, a_secret):
    platform_settings.change(a_secret, "sk_test_9f8e")

    with connection.cursor() as cursor:
        cursor.execute("SELECT value, secret FROM organisations_platformsetting")
        [(plain, cipher)] = cursor.fetchall()
    assert platform_settings.value_of(a_secret) == "sk_test_9f8e"
    assert plain is None
    assert "sk_test" not in cipher
    assert logged() == [("setting.changed", a_secret, None, None)]


def test_the_operators_own_are_free_text(admin):
    row = platform_settings.add("rack", "B 12", "Where it stands", is_secret=False)
    platform_settings.change_own(row, "B 14", "Where it stands")
    platform_settings.remove(row)

    assert not PlatformSetting.objects.exists()
    assert [(act, new) for act, _label, _old, new in logged()] == [
        ("setting.added", {"value": "B 12"}),
        ("setting.changed", {"value": "B 14"}),
        ("setting.removed", {"value": None}),
    ]


def test_a_secret_of_their_own_stays_where_no_other_is_given(admin):
    row = platform_settings.add("token", "abc", "", is_secret=True)
    platform_settings.change_own(row, "", "Of the router")

    row.refresh_from_db()
    assert (row.value, row.secret, row.description) == (None, "abc", "Of the router")


@pytest.mark.parametrize("key", ["operator_name", "rack"])
def test_a_key_is_given_once(admin, key):
    platform_settings.add("rack", "", "", is_secret=False)

    with refuses(KeyIsTaken):
        platform_settings.add(key, "", "", is_secret=False)


def test_the_database_keeps_a_value_or_a_secret_never_both(db):
    for values in ({"value": "a", "secret": "b"}, {}):
        with pytest.raises(IntegrityError, match="one_value"), transaction.atomic():
            PlatformSetting.objects.create(key="rack", **values)


def test_nobody_changes_the_log(admin):
    platform_settings.change("operator_name", "De Toren")
    for change in (PlatformLog.objects.all().delete, lambda: PlatformLog.objects.update(label="")):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change()


def test_an_act_without_words_is_an_error(db):
    with pytest.raises(NotRegistered):
        platform_log.note("setting.chnaged")


def test_what_was_done_to_an_organisation_outlives_it(admin):
    from kring.organisations.activation import activate

    club = make.organisation(name="De Toren", status=Organisation.Status.NEW)
    activate(club)
    with scope(club):
        assert AuditEntry.objects.get().action == "organisation.activated"
    with as_owner():
        Organisation.objects.filter(pk=club.pk).delete()

    entry = PlatformLog.objects.get()
    assert (entry.organisation, entry.label, entry.new) == (None, "De Toren", {"status": "active"})
