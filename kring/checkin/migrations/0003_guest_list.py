import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.sql_files import InstallSql
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('checkin', '0002_functions_and_triggers'),
        ('core', '0002_normal'),
        ('events', '0006_numbers_per_order'),
        ('organisations', '0002_applications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GuestUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='file')),
                ('encoding', models.CharField(blank=True, max_length=20)),
                ('state', models.CharField(choices=[('read', 'read'), ('importing', 'running'), ('done', 'done'), ('undone', 'undone')], default='read', max_length=9, verbose_name='status')),
                ('heads', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list)),
                ('targets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=20), default=list)),
                ('has_heads', models.BooleanField(default=True)),
                ('rows', models.JSONField(default=list)),
                ('adds_same_names', models.BooleanField(default=False)),
                ('counts', models.JSONField(default=dict)),
                ('refused', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='guest_uploads', to='events.event')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'file of guests',
                'verbose_name_plural': 'files of guests',
            },
        ),
        migrations.CreateModel(
            name='Guest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('companions', models.PositiveSmallIntegerField(db_default=0, default=0, validators=[django.core.validators.MaxValueValidator(99)], verbose_name='companions')),
                ('invited_by', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='invited by')),
                ('note', models.CharField(blank=True, db_default='', default='', max_length=500, verbose_name='note')),
                ('arrived', models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='came in')),
                ('arrived_at', models.DateTimeField(null=True)),
                ('arrived_where', models.CharField(blank=True, db_default='', default='', max_length=100)),
                ('name_key', models.TextField(db_default='', default='', editable=False)),
                ('words', models.TextField(db_default='', default='', editable=False)),
                ('twin', models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('event', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='guests', to='events.event')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('upload', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='guests', to='checkin.guestupload')),
            ],
            options={
                'verbose_name': 'guest',
                'verbose_name_plural': 'guests',
            },
        ),
        migrations.CreateModel(
            name='GuestArrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.SmallIntegerField()),
                ('location_name', models.CharField(blank=True, max_length=100)),
                ('device', models.CharField(blank=True, max_length=64)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('guest', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='arrivals', to='checkin.guest')),
                ('location', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='guest_arrivals', to='checkin.location')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'arrival of guests',
                'verbose_name_plural': 'arrivals of guests',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('number__gt', 0), ('reason', '')), models.Q(('number__lt', 0), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='guest_arrival_is_undone_with_a_reason')],
            },
        ),
        migrations.AddConstraint(
            model_name='guestupload',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['read', 'importing', 'done', 'undone'])), name='guest_upload_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='guestupload',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['read', 'importing']), ('rows', []), _connector='OR'), name='guest_upload_keeps_rows_until_it_is_done'),
        ),
        migrations.AddIndex(
            model_name='guest',
            index=models.Index(models.F('organisation'), models.F('event'), models.F('updated_at'), name='guests_by_change'),
        ),
        migrations.AddConstraint(
            model_name='guest',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('event'), models.F('name_key'), models.F('twin'), name='guest_is_on_the_list_once'),
        ),
        migrations.AddConstraint(
            model_name='guest',
            constraint=models.CheckConstraint(condition=models.Q(('companions__lte', 99)), name='guest_has_few_companions'),
        ),
        migrations.AddConstraint(
            model_name='guest',
            constraint=models.CheckConstraint(condition=models.Q(('arrived__lte', django.db.models.expressions.CombinedExpression(models.F('companions'), '+', models.Value(1)))), name='guest_brings_no_more_than_on_the_list'),
        ),
        migrations.AddConstraint(
            model_name='guest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('arrived', 0), ('arrived_at', None)), models.Q(('arrived__gt', 0), ('arrived_at__isnull', False)), _connector='OR'), name='guest_is_in_exactly_when_dated'),
        ),
        # The clock looks for names to forget in all organisations.
        TenantTable("GuestUpload", platform="SELECT"),
        TenantTable("Guest", platform="SELECT"),
        TenantTable("GuestArrival"),
        InstallSql("guest_written", version=1, digest="1865c26235fe"),
    ]
