import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.utils.timezone
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.sql_files import InstallSql
from kring.core.tenant_tables import TenantKey, TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0006_rules_of_an_order'),
        ('events', '0013_attractions_for_teams'),
        ('forms', '0005_kept_files'),
        ('members', '0074_undo_of_besides'),
        ('organisations', '0002_applications'),
        ('places', '0002_functions_and_triggers'),
        ('registrations', '0033_ticket_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name of the team')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name="leader's phone")),
                ('is_over', models.BooleanField(db_default=False, default=False, editable=False)),
                ('typed', models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('attraction', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='teams', to='events.attraction')),
                ('order', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='teams', to='billing.order')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'team',
                'verbose_name_plural': 'teams',
                'ordering': [django.db.models.functions.text.Lower('name'), 'pk'],
            },
        ),
        migrations.AddField(
            model_name='registration',
            name='team',
            field=kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='registrations', to='registrations.team'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(models.F('organisation'), models.F('team'), condition=models.Q(('team__isnull', False)), name='registrations_of_a_team'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('attraction'), django.db.models.functions.text.Lower('name'), condition=models.Q(('is_over', False)), name='team_name_is_unique_in_its_attraction', violation_error_message='There is a team with this name already.'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('order'), name='team_is_one_per_order'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='team_has_a_name'),
        ),
        TenantTable("Team"),
        TenantKey("Registration", "team"),
        InstallSql("joins_team", version=1, digest="d41b10fb4059"),
        InstallSql("leaves_team", version=1, digest="bae00f2c1ddb"),
    ]
