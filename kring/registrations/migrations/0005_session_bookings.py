import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


# A booking has the time of its session, whoever writes it; a session that moves takes its bookings along, or is refused
# where that would put somebody in two places at once.
FORWARDS = """
CREATE FUNCTION registrations_booking_takes_the_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A session that is not to be seen here leaves it as it was: the composite key refuses it then.
    NEW.during := coalesce((
        SELECT tstzrange(starts_at, ends_at) FROM events_session
        WHERE organisation_id = NEW.organisation_id AND id = NEW.session_id
    ), NEW.during);
    RETURN NEW;
END $$;
CREATE FUNCTION registrations_session_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registrations_sessionbooking SET session_id = session_id
    WHERE organisation_id = NEW.organisation_id AND session_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER booking_takes_the_time BEFORE INSERT OR UPDATE ON registrations_sessionbooking
    FOR EACH ROW EXECUTE FUNCTION registrations_booking_takes_the_time();
CREATE TRIGGER bookings_move_along AFTER UPDATE OF starts_at, ends_at ON events_session
    FOR EACH ROW EXECUTE FUNCTION registrations_session_moves();
"""
BACKWARDS = """
DROP TRIGGER bookings_move_along ON events_session;
DROP TRIGGER booking_takes_the_time ON registrations_sessionbooking;
DROP FUNCTION registrations_session_moves();
DROP FUNCTION registrations_booking_takes_the_time();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0008_sessions'),
        ('organisations', '0002_log_cannot_be_altered'),
        ('registrations', '0004_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='SessionBooking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('registration', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='session_bookings', to='registrations.registration')),
                ('session', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='bookings', to='events.session')),
            ],
            options={
                'verbose_name': 'session booking',
                'verbose_name_plural': 'session bookings',
                'indexes': [models.Index(models.F('organisation'), models.F('session'), name='bookings_of_a_session')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('organisation', '='), ('registration', '='), ('during', '&&')], name='nobody_is_in_two_sessions_at_once')],
            },
        ),
        TenantTable('SessionBooking'),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
