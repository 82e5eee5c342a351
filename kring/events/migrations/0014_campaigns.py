import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from django.db import migrations, models

from kring.core.sql_files import InstallSql
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0013_attractions_for_teams'),
        ('organisations', '0002_applications'),
        ('places', '0002_functions_and_triggers'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='has_codes',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='only_with_code',
            field=models.BooleanField(db_default=False, default=False, verbose_name='only with a code'),
        ),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('valid_from', models.DateTimeField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateTimeField(blank=True, null=True, verbose_name='valid until')),
                ('tickets_per_code', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='tickets with each code')),
                ('tickets_per_order', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='tickets of one order')),
                ('tickets_per_person', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='tickets of one person')),
                ('ticket_types', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('event', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='campaigns', to='events.event')),
                ('money', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='places.pool')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'campaign',
                'verbose_name_plural': 'campaigns',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CampaignCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=40, verbose_name='code')),
                ('is_generated', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('campaign', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='codes', to='events.campaign')),
                ('event', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='events.event')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('pool', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='places.pool')),
            ],
            options={
                'verbose_name': 'code',
                'verbose_name_plural': 'codes',
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('event'), models.F('name'), name='campaign_name_is_unique_in_its_event', violation_error_message='This event has a campaign with this name already.'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('money'), name='campaign_has_its_own_money'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_until', None), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='campaign_is_valid_from_before_until', violation_error_message='It cannot end before it begins.'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('tickets_per_code', None), ('tickets_per_code__gte', 1), _connector='OR'), name='campaign_tickets_per_code_are_for_something'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('tickets_per_order', None), ('tickets_per_order__gte', 1), _connector='OR'), name='campaign_tickets_per_order_are_for_something'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('tickets_per_person', None), ('tickets_per_person__gte', 1), _connector='OR'), name='campaign_tickets_per_person_are_for_something'),
        ),
        migrations.AddIndex(
            model_name='campaigncode',
            index=models.Index(models.F('organisation'), models.F('campaign'), name='codes_of_a_campaign'),
        ),
        migrations.AddConstraint(
            model_name='campaigncode',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('event'), models.F('text'), name='code_is_of_one_campaign_of_its_event', violation_error_message='This event has this code already.'),
        ),
        migrations.AddConstraint(
            model_name='campaigncode',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('pool'), name='code_has_its_own_pool'),
        ),
        migrations.AddConstraint(
            model_name='campaigncode',
            constraint=models.CheckConstraint(condition=models.Q(('text__regex', '^[A-Z0-9]{3,40}$')), name='code_is_letters_and_digits', violation_error_message='Use letters from A to Z and digits.'),
        ),
        TenantTable("Campaign"),
        TenantTable("CampaignCode"),
        InstallSql("note_campaigns", version=1, digest="80f0e84a06bd"),
    ]
