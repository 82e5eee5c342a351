from django.db import migrations

# Free until a moment, a fee after it, as long as participants might cancel. Who gave everything back has no terms.
BECOME_TERMS = """
WITH rule AS (
    SELECT organisation_id, id, cancel_fee, cancel_fee_is_percent, cancel_fee_from,
        CASE WHEN changes_until > starts_at THEN changes_until END AS beyond,
        GREATEST(changes_until, starts_at) AS ends
    FROM events_event WHERE cancel_fee > 0
)
INSERT INTO events_refundterm (organisation_id, event_id, until, days_before, percent, fee)
SELECT organisation_id, id, cancel_fee_from, NULL, 100, NULL FROM rule WHERE cancel_fee_from IS NOT NULL
UNION ALL
SELECT organisation_id, id, beyond, CASE WHEN beyond IS NULL THEN 0 END,
    CASE WHEN cancel_fee_is_percent THEN 100 - cancel_fee END, CASE WHEN NOT cancel_fee_is_percent THEN cancel_fee END
FROM rule WHERE cancel_fee_from IS NULL OR cancel_fee_from < ends
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0018_refund_terms")]

    operations = [migrations.RunSQL(BECOME_TERMS, "DELETE FROM events_refundterm")]
