"""Attempts to break the isolation: in raw SQL, in Python, with forged references."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Prefetch

from kring.core.tenancy import NoScope, OtherScope, TenantForeignKey, platform_scope, scope
from kring.events.models import Attraction, Event
from kring.organisations.models import AuditEntry
from kring.registrations.models import Registration
from tests import make, one_of_each
from tests.architecture.catalogue import as_owner, everything_in, rows
from tests.architecture.test_tenancy import PLATFORM_READS

TABLES = [model._meta.db_table for model in one_of_each.tenant_models()]


def outcome(sql, *values):
    """How many rows a statement touched, or the database's error instead."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount
    except DatabaseError as error:
        return type(error.__cause__).__name__


def copy_of_a_row(table, **changes):
    """A statement that inserts a row just like one we can see, with other values in some columns."""
    wanted = ", ".join(f"'{name}', {value}" for name, value in changes.items())
    new = f"jsonb_populate_record(t, jsonb_build_object({wanted}))"
    return f'INSERT INTO "{table}" SELECT ({new}).* FROM "{table}" t LIMIT 1'


def test_raw_sql_sees_nothing_of_another_organisation(ours, theirs):
    with scope(ours.organisation):
        seen = {
            model._meta.db_table: rows(
                f'SELECT count(*) FROM "{model._meta.db_table}" WHERE organisation_id = %s OR id = %s',
                theirs.organisation.pk,
                row.pk,
            )
            for model, row in theirs.rows.items()
        }

    assert seen == {table: [(0,)] for table in TABLES}


def test_raw_sql_sees_all_of_its_own_organisation(ours, theirs):
    """The negative control: that nothing of theirs is seen would prove little if nothing at all were."""
    with scope(ours.organisation):
        blind = [table for table in TABLES if rows(f'SELECT count(*) FROM "{table}"') == [(0,)]]

    assert blind == []


def test_raw_sql_changes_nothing_of_another_organisation(ours, theirs):
    before = {table: everything_in(table, theirs.organisation) for table in TABLES}
    with scope(ours.organisation):
        touched = {
            table: outcome(f'UPDATE "{table}" SET id = id WHERE id = %s', _pk(theirs, table)) for table in TABLES
        }

    assert set(touched.items()) == {(table, "InsufficientPrivilege" if table in UNALTERABLE else 0) for table in TABLES}
    assert {table: everything_in(table, theirs.organisation) for table in TABLES} == before


def test_raw_sql_deletes_nothing_of_another_organisation(ours, theirs):
    before = {table: everything_in(table, theirs.organisation) for table in TABLES}
    with scope(ours.organisation):
        touched = {
            table: outcome(f'DELETE FROM "{table}" WHERE organisation_id = %s', theirs.organisation.pk)
            for table in TABLES
        }

    stays = {*UNALTERABLE, "dues_memberfeechange"}
    assert set(touched.items()) == {(table, "InsufficientPrivilege" if table in stays else 0) for table in TABLES}
    assert {table: everything_in(table, theirs.organisation) for table in TABLES} == before


def test_raw_sql_writes_no_row_for_another_organisation(ours, theirs):
    with scope(ours.organisation):
        result = {
            table: outcome(copy_of_a_row(table, id=2**40, organisation_id=theirs.organisation.pk)) for table in TABLES
        }

    assert result == {table: "InsufficientPrivilege" for table in TABLES}


def test_raw_sql_gives_no_row_away_to_another_organisation(ours, theirs):
    with scope(ours.organisation):
        result = {
            table: outcome(f'UPDATE "{table}" SET organisation_id = %s', theirs.organisation.pk) for table in TABLES
        }

    # Some are never updated at all: their own triggers say so before the policy can.
    own = {"places_claim": "RaiseException", "billing_invoice": "CheckViolation"}
    own |= {f"direct_debit_{name}": "CheckViolation" for name in ("mandateversion", "collectionfile")}
    assert result == {table: "InsufficientPrivilege" for table in TABLES} | own


def test_no_table_can_be_emptied_behind_the_policies(ours):
    with scope(ours.organisation):
        result = {table: outcome(f'TRUNCATE "{table}" CASCADE') for table in TABLES}

    assert result == {table: "InsufficientPrivilege" for table in TABLES}


def test_a_forged_reference_is_refused_by_the_database(ours, theirs):
    with scope(ours.organisation):
        result = {
            f"{model.__name__}.{field.name}": _forge(model, field, ours, theirs)
            for model in one_of_each.tenant_models()
            for field in model._meta.local_fields
            if isinstance(field, TenantForeignKey)
        }

    # A rule is of an event or of an attraction: a check refuses it both, before the key is looked at.
    assert result.pop("EligibilityRule.event") == "CheckViolation"
    assert result.pop("PriceRule.attraction") == "CheckViolation"
    # So are refund terms, or else of a ticket type.
    assert result.pop("RefundTerm.ticket_type") == "CheckViolation"
    # Only one that is accepted has a member.
    assert result.pop("Application.member") == "CheckViolation"
    # The one there is was refused; only one that is to be checked has a file.
    assert result.pop("ProfessionProof.upload") == "CheckViolation"
    # Nor does an invoice.
    assert {result.pop(f"Invoice.{name}") for name in ("order", "corrects")} == {"CheckViolation"}
    # Nor does a change of credit; and only what went to credit has an account.
    assert {result.pop(f"CreditEntry.{name}") for name in ("account", "refund", "payment")} == {"CheckViolation"}
    assert result.pop("Refund.credit_account") == "CheckViolation"
    # Only what was charged has a payment.
    assert result.pop("ProviderDebit.payment") == "CheckViolation"
    # A payer is one person, and a rule is for a member or a household.
    assert {result.pop(name) for name in ("Payer.member", "Reduction.household")} == {"CheckViolation"}
    # Mandates and files of direct debits never change.
    stays = ("CollectionFile.run", "MandateVersion.mandate", "MandateVersion.upload")
    assert {result.pop(name) for name in stays} == {"CheckViolation"}
    # What became of a code never changes.
    assert result.pop("TicketChange.ticket") == "CheckViolation"
    assert {name: how for name, how in result.items() if how != "ForeignKeyViolation"} == {}


def test_a_forged_reference_in_python_is_refused_too(ours, theirs):
    registration = ours.rows[Registration]
    registration.event_id = theirs.rows[Event].pk

    with pytest.raises(IntegrityError), scope(ours.organisation):
        registration.save()


def test_without_the_databases_wall_that_of_python_still_stands(ours, theirs):
    """As the owner, whom no policy binds, and with a reference that the composite key would refuse."""
    stranger = theirs.rows[Event]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE registrations_registration SET event_id = %s", [stranger.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")

    with scope(ours.organisation):
        ours_alone = {model.__name__: model.objects.count() for model in one_of_each.tenant_models()}
    with scope(ours.organisation), as_owner():
        counts = {model.__name__: model.objects.count() for model in one_of_each.tenant_models()}
        by_join = Registration.objects.filter(event__name=stranger.name).count()
        with pytest.raises(Event.DoesNotExist):
            _ = Registration.objects.get().event

    assert (counts, by_join) == (ours_alone, 0)
    assert set(counts.values()) <= {1, 2}


def test_a_query_outside_any_scope_fails_in_python(ours):
    for model in one_of_each.tenant_models():
        with pytest.raises(NoScope):
            model.objects.count()
        with pytest.raises(NoScope):
            model._base_manager.count()


def test_a_query_outside_any_scope_fails_in_raw_sql_after_one(ours):
    result = {table: outcome(f'SELECT * FROM "{table}"') for table in TABLES}

    assert result == {table: "InvalidTextRepresentation" for table in TABLES}


@pytest.mark.django_db(transaction=True)
def test_a_query_outside_any_scope_fails_in_raw_sql_on_a_new_connection():
    organisation = make.organisation()
    one_of_each.of(organisation, make.user())

    with _new_connection() as fresh:
        for table in TABLES:
            with pytest.raises(psycopg.errors.UndefinedObject):
                fresh.execute(f'SELECT * FROM "{table}"')


def test_writing_outside_any_scope_fails_in_the_database(db):
    result = outcome("INSERT INTO places_pool (taken) VALUES (0)")

    assert result in ("InvalidTextRepresentation", "UndefinedObject")


def test_a_scope_ends_with_its_block_even_when_it_fails(ours):
    with pytest.raises(ZeroDivisionError), scope(ours.organisation):
        _ = 1 / 0

    with pytest.raises(NoScope):
        Event.objects.count()
    assert outcome("SELECT * FROM events_event") == "InvalidTextRepresentation"


def test_a_list_made_in_one_scope_shows_in_another_what_is_there(ours, theirs):
    with scope(ours.organisation):
        events = Event.objects.all()

    with scope(theirs.organisation):
        assert [event.organisation_id for event in events] == [theirs.organisation.pk]


def test_a_list_made_in_a_scope_fails_after_it(ours):
    with scope(ours.organisation):
        events = Event.objects.select_related("organiser").prefetch_related(Prefetch("attractions"))

    with pytest.raises(NoScope):
        list(events)


def test_what_a_row_points_to_is_not_fetched_after_its_scope(ours):
    with scope(ours.organisation):
        attraction = Attraction.objects.get()

    with pytest.raises(NoScope):
        _ = attraction.event
    with pytest.raises(NoScope):
        attraction.ticket_types.count()
    with pytest.raises(NoScope):
        attraction.refresh_from_db()
    # Django deletes one row by its key alone; here it is the database that asks for the scope.
    with pytest.raises(DatabaseError), transaction.atomic():
        attraction.delete()


def test_a_row_of_another_organisation_can_be_neither_saved_nor_deleted(ours, theirs):
    stolen = theirs.rows[Event]
    before = everything_in("events_event", theirs.organisation)

    with scope(ours.organisation), transaction.atomic():
        stolen.name = "Ours now"
        with pytest.raises(DatabaseError), transaction.atomic():
            stolen.save(update_fields=["name"])
        stolen.delete()

    assert everything_in("events_event", theirs.organisation) == before


def test_a_scope_inside_that_of_another_organisation_is_refused(ours, theirs):
    with scope(ours.organisation):
        with pytest.raises(OtherScope), scope(theirs.organisation):
            pass
        with scope(ours.organisation):
            assert Event.objects.get() == ours.rows[Event]
        assert Event.objects.get() == ours.rows[Event]


def test_the_platform_and_one_organisation_do_not_mix(ours):
    with scope(ours.organisation), pytest.raises(OtherScope), platform_scope():
        pass
    with platform_scope(), pytest.raises(OtherScope), scope(ours.organisation):
        pass


def test_the_platform_sees_all_organisations_in_the_listed_tables_only(ours, theirs):
    both = [ours.organisation.pk, theirs.organisation.pk]
    with platform_scope():
        seen = {
            table: sorted(pk for (pk,) in rows(f'SELECT DISTINCT organisation_id FROM "{table}"')) for table in TABLES
        }

    assert seen == {table: both if table in PLATFORM_READS else [] for table in TABLES}


def test_the_platform_writes_in_no_table_of_an_organisation(ours):
    before = {table: everything_in(table, ours.organisation) for table in TABLES}
    with platform_scope():
        touched = {outcome(f'UPDATE "{table}" SET id = id') for table in TABLES}
        touched |= {outcome(f'DELETE FROM "{table}"') for table in TABLES}

    assert touched == {0, "InsufficientPrivilege"}
    assert {table: everything_in(table, ours.organisation) for table in TABLES} == before


def test_after_the_platforms_scope_the_wall_stands_again(ours):
    with platform_scope():
        pass

    assert rows("SELECT current_user::text") == [("kring_app",)]
    with pytest.raises(NoScope):
        Event.objects.count()


AUDIT = AuditEntry._meta.db_table
# What is written once and stays.
UNALTERABLE = (AUDIT, "organisations_legaltext", "members_consent")


def _pk(estate, table):
    return next(row.pk for model, row in estate.rows.items() if model._meta.db_table == table)


def _forge(model, field, ours, theirs):
    """Let our row point to theirs: by changing it, or where rows never change by adding one like it."""
    table, target = model._meta.db_table, theirs.rows[field.remote_field.model].pk
    if table in ("places_claim", "members_consent"):
        return outcome(copy_of_a_row(table, id=2**40, **{field.column: target}))
    return outcome(f'UPDATE "{table}" SET "{field.column}" = %s WHERE id = %s', target, ours.rows[model].pk)


def _new_connection():
    database = settings.DATABASES["default"]
    return psycopg.connect(
        dbname=database["NAME"],
        user=database["USER"],
        host=database["HOST"],
        port=database["PORT"] or None,
        options="-c role=kring_app",
        autocommit=True,
    )
