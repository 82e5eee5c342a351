"""Whether the page of an event still says the truth, asked in one statement."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from kring.core.tenancy import current_organisation_id

# `xmin` is another one for each new version of a row. A hold that ends by the clock changes no row: it is counted.
_VERSIONS = """
SELECT concat_ws(' ', e.xmin, o.xmin, ep.xmin, (
    SELECT string_agg(concat_ws(',', a.xmin, ap.xmin, t.xmin, tp.xmin), ' ' ORDER BY a.id, t.id)
    FROM events_attraction a
    JOIN places_pool ap ON ap.organisation_id = a.organisation_id AND ap.id = a.pool_id
    LEFT JOIN events_tickettype t ON t.organisation_id = a.organisation_id AND t.attraction_id = a.id
    LEFT JOIN places_pool tp ON tp.organisation_id = t.organisation_id AND tp.id = t.pool_id
    WHERE a.organisation_id = e.organisation_id AND a.event_id = e.id
), (
    SELECT count(*) FROM places_hold h
    WHERE h.organisation_id = e.organisation_id AND h.released_at IS NULL AND h.expires_at <= %(now)s
))
FROM events_event e
JOIN events_organiser o ON o.organisation_id = e.organisation_id AND o.id = e.organiser_id
LEFT JOIN places_pool ep ON ep.organisation_id = e.organisation_id AND ep.id = e.pool_id
WHERE e.organisation_id = %(organisation)s AND e.slug = %(slug)s AND e.state = 'accepted'
"""


def version_of(slug: str) -> str | None:
    """Of all that the page of this public event shows, places left by the clock included; None where there is none.

    It differs whenever any of it was changed. Windows open and close by time alone: that is not in it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, {"organisation": current_organisation_id(), "slug": slug, "now": timezone.now()})
        row = cursor.fetchone()
    return row[0] if row else None
