"""Logins of an organisation that was deleted (T6): those that nothing names any more are deleted after it.

Noted while its rows are deleted, looked at once they are gone. A login stays where any organisation knows it, by a
role, a member, an order or an entry of its log, and where it administers the platform.
"""

from __future__ import annotations

import time
from collections.abc import Collection

from django.db import connection, models, transaction

from kring.accounts.models import User
from kring.hosting.models import LeftLogin
from kring.organisations import platform_log

SECONDS = 10.0


def note(table: type[models.Model], keys: Collection[int]) -> None:
    """Those that these rows name, before they are deleted. Two statements for each column that names a login."""
    rows = table._default_manager.filter(pk__any_of=keys)
    for field in table._meta.local_fields:
        if field.remote_field and field.remote_field.model is User:
            named = set(rows.exclude(**{field.attname: None}).values_list(field.attname, flat=True))
            LeftLogin.objects.bulk_create((LeftLogin(user_id=key) for key in named), ignore_conflicts=True)


def forget_unused(*, seconds: float = SECONDS) -> bool:
    """Look at those noted, for about so long; True once none is left. Outside of any scope."""
    until, gone = time.monotonic() + seconds, 0
    while (row := LeftLogin.objects.order_by("pk").first()) and time.monotonic() < until:
        gone += _forget(row)
    if gone:
        platform_log.note("logins.deleted", new={"number": gone})
    return row is None


@transaction.atomic
def _forget(row: LeftLogin) -> bool:
    """Locks the login: no row that names it is written between the look and the deletion."""
    user = User.objects.select_for_update().filter(pk=row.user_id).first()
    row.delete()
    if user is None or user.is_platform_admin or _is_used(user):
        return False
    user.delete()
    return True


def _is_used(user: User) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hosting_login_is_used(%s::bigint)", [user.pk])
        return bool(cursor.fetchone()[0])
