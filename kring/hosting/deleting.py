"""Deleting an organisation a piece at a time (T6): nobody else waits for it, and a killed worker loses nothing.

Each piece is a transaction of its own that deletes some rows of one table, those of the tables that refer to others
first; so nothing is deleted by a rule of a foreign key that would take a whole table along, and what is left is found
again by looking. What outlives it is copied in the same transaction.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from functools import cache

from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, Model, OuterRef

from kring.core import jobs, locks
from kring.core.tenancy import TenantForeignKey, TenantModel, scope
from kring.hosting import logins
from kring.hosting.files import file_columns
from kring.hosting.models import SurvivingPayment
from kring.organisations import platform_log
from kring.organisations.models import Organisation
from kring.payments.models import Payment

# Rows at a time, and seconds before other jobs have their turn.
AT_ONCE = 2000
SECONDS = 10.0

type Table = type[Model]


def go_on(organisation_id: int, *, seconds: float = SECONDS) -> bool:
    """Delete what there is of it, for about so long; True once it is gone. Does nothing to one that stays.

    Raises StillBeingDone where another worker is at it. Outside of any scope.
    """
    organisation = Organisation.objects.filter(pk=organisation_id, status=Organisation.Status.DELETING).first()
    if organisation is None:
        return True
    until, found = time.monotonic() + seconds, True
    # Once more when something was found: what a job that was under way has written behind us.
    while found:
        found = False
        for table in order():
            while delete_some(organisation, table):
                found = True
                if time.monotonic() > until:
                    return False
    _remove(organisation)
    jobs.later("hosting.forget_logins")
    return True


def delete_some(organisation: Organisation, table: Table, most: int = AT_ONCE) -> int:
    """Delete some rows of one table, with their files; how many."""
    with scope(organisation):
        keys = list(_free(table).order_by("-pk").values_list("pk", flat=True)[:most])
        names = _files(table, keys)
    # Before the rows: those that are left name files that are gone, and are found again.
    for storage, name in names:
        storage.delete(name)
    if not keys:
        return 0
    with scope(organisation):
        if not locks.try_lock("hosting.delete"):
            raise jobs.StillBeingDone
        if table is Payment:
            _keep(keys)
        logins.note(table, keys)
        with connection.cursor() as cursor:
            sql = "SELECT hosting_delete_rows(%s::text, %s::bigint, %s::bigint[])"
            cursor.execute(sql, [table._meta.db_table, organisation.pk, keys])
    return len(keys)


def _free(table: Table) -> models.QuerySet:
    """Rows to which no other of the same table refers by a key that forbids to delete them."""
    rows: models.QuerySet = table._default_manager.all()
    for field in _references(table):
        if field.remote_field.model is table and field.remote_field.on_delete is models.DO_NOTHING:
            rows = rows.exclude(Exists(table._default_manager.filter(**{field.name: OuterRef("pk")})))
    return rows


def _files(table: Table, keys: Collection[int]) -> list[tuple]:
    found = []
    for column in file_columns().get(table, []):
        named = table._default_manager.filter(pk__any_of=keys).exclude(**{column.name: ""})
        found += [(column.storage, name) for name in named.values_list(column.name, flat=True)]
    return found


def _keep(keys: Collection[int]) -> None:
    """Payments outlive their organisation without it, and without the people."""
    rows = Payment.objects.filter(pk__any_of=keys)
    SurvivingPayment.objects.bulk_create(
        (
            SurvivingPayment(
                number=each.pk,
                provider=each.method,
                provider_id=each.provider_id,
                amount=each.amount,
                currency=each.currency,
                state=each.state,
                paid_at=each.settled_at,
                is_test=each.is_test,
            )
            for each in rows.only("method", "provider_id", "amount", "currency", "state", "settled_at", "is_test")
        ),
        ignore_conflicts=True,
    )


def _remove(organisation: Organisation) -> None:
    if organisation.logo:
        organisation.logo.delete(save=False)
    with scope(organisation):
        if not locks.try_lock("hosting.delete"):
            raise jobs.StillBeingDone
        # Waits for what was begun before its site closed, and has not ended; nothing more is written from here on.
        if not Organisation.objects.select_for_update().filter(pk=organisation.pk).exists():
            return
        _keep(list(Payment.objects.values_list("pk", flat=True)))
        platform_log.note("organisation.deleted", label=organisation.name, old={"subdomain": organisation.subdomain})
        Organisation.objects.filter(pk=organisation.pk).delete()
        jobs.drop_waiting(organisation.pk, but=jobs.named("hosting.delete"))


@cache
def order() -> tuple[Table, ...]:
    """All tables of organisations, each before those it refers to, as the models say.

    Raises ImportError where they refer to each other in a circle by keys that forbid a deletion.
    """
    left = {table for table in apps.get_models() if issubclass(table, TenantModel)}
    found: list[Table] = []
    while left:
        # A circle is opened where a deletion clears the reference, else where it takes the row along.
        for rules in ((), (models.DB_SET_NULL,), (models.DB_SET_NULL, models.DB_CASCADE)):
            referred_to = {
                field.remote_field.model
                for table in left
                for field in _references(table)
                if field.remote_field.model is not table and field.remote_field.on_delete not in rules
            }
            if free := sorted(left - referred_to, key=lambda table: table._meta.label):
                break
        else:
            raise ImportError(f"In a circle, and none can be deleted first: {', '.join(map(str, left))}.")
        found += free
        left -= set(free)
    return tuple(found)


def _references(table: Table) -> list[models.ForeignKey]:
    return [field for field in table._meta.local_fields if isinstance(field, TenantForeignKey)]
