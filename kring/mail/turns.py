"""Which email is sent next: organisations take turns, so that ten thousand of one hold up nobody else's; and how many
an organisation sends in an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.tenancy import current_organisation_id, platform_scope
from kring.mail.models import MailTurn
from kring.organisations import limits
from kring.organisations.limits import Limit

HOUR = timedelta(hours=1)


def sent_this_hour() -> int:
    """By the organisation of the scope."""
    rows = MailTurn.objects.filter(organisation=current_organisation_id(), hour_ends_at__gt=timezone.now())
    return sum(rows.values_list("sent", flat=True))


PER_ORGANISATION = limits.declare(
    Limit(
        "mails_per_organisation_per_hour",
        limits.EMAILS,
        _("Emails of an organisation in an hour"),
        _("What exceeds it waits for the next hour. 0: no limit."),
        default=3000,
        variable="KRING_MAILS_PER_ORGANISATION_PER_HOUR",
        setting="MAILS_PER_ORGANISATION_PER_HOUR",
        by_platform=True,
        has_none=True,
        used=sent_this_hour,
    )
)

# The organisations that have something due, each found by one look at the index (a loose scan: its cost does not grow
# with the emails); of these the one that was served longest ago, and of its emails the one that is due longest.
NEXT = """
WITH RECURSIVE due AS (
    (SELECT organisation_id FROM mail_message WHERE state = 'queued' AND next_try_at <= %(now)s
     ORDER BY organisation_id LIMIT 1)
    UNION ALL
    SELECT (SELECT organisation_id FROM mail_message
            WHERE state = 'queued' AND next_try_at <= %(now)s AND organisation_id > due.organisation_id
            ORDER BY organisation_id LIMIT 1)
    FROM due WHERE due.organisation_id IS NOT NULL
), turn AS (
    SELECT organisation_id FROM due LEFT JOIN mail_mailturn USING (organisation_id)
    WHERE organisation_id IS NOT NULL
    ORDER BY served_at NULLS FIRST, organisation_id LIMIT 1
)
SELECT organisation_id, id FROM turn JOIN mail_message USING (organisation_id)
WHERE state = 'queued' AND next_try_at <= %(now)s
ORDER BY next_try_at, id LIMIT 1
"""
# One statement decides, and locks the row for no longer: however many workers there are, no more leave in an hour.
TAKE = """
INSERT INTO mail_mailturn AS turn (organisation_id, served_at, hour_ends_at, sent)
VALUES (%(organisation)s, clock_timestamp(), %(ends)s, 1)
ON CONFLICT (organisation_id) DO UPDATE SET
    served_at = clock_timestamp(),
    sent = CASE WHEN turn.hour_ends_at <= %(now)s THEN 1 ELSE turn.sent + 1 END,
    hour_ends_at = CASE WHEN turn.hour_ends_at <= %(now)s THEN excluded.hour_ends_at ELSE turn.hour_ends_at END
WHERE turn.hour_ends_at <= %(now)s OR turn.sent < %(most)s OR %(most)s = 0
RETURNING sent
"""


def next_due() -> tuple[int, int] | None:
    """Organisation and email. One statement."""
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute(NEXT, {"now": timezone.now()})
        found: tuple[int, int] | None = cursor.fetchone()
    return found


def take(organisation_id: int) -> datetime | None:
    """Count one more email of this hour; where there may be no more, when the hour ends. Call it outside a
    transaction: the row is then locked for one statement only."""
    now = timezone.now()
    most = PER_ORGANISATION.number()
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"organisation": organisation_id, "now": now, "ends": now + HOUR, "most": most})
        if cursor.fetchone():
            return None
    return MailTurn.objects.values_list("hour_ends_at", flat=True).get(organisation=organisation_id)
