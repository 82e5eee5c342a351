import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0010_organisation_requests'),
        ('payments', '0027_goes_with_its_organisation'),
    ]

    operations = [
        migrations.CreateModel(
            name='StripeConnection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_id', models.CharField(max_length=255)),
                ('state', models.CharField(choices=[('onboarding', 'being set up'), ('restricted', 'more is required'), ('active', 'active'), ('deauthorised', 'disconnected')], default='onboarding', max_length=12, verbose_name='state')),
                ('requirements', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list)),
                ('last_error', models.CharField(blank=True, default='', max_length=300, verbose_name='last error')),
                ('activated_at', models.DateTimeField(null=True)),
                ('checked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'connection with Stripe',
                'verbose_name_plural': 'connections with Stripe',
                'indexes': [models.Index(models.F('account_id'), name='stripe_connection_by_account')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), condition=models.Q(('state', 'deauthorised'), _negated=True), name='stripe_connection_is_one'), models.CheckConstraint(condition=models.Q(('state__in', ['onboarding', 'restricted', 'active', 'deauthorised'])), name='stripe_connection_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), _negated=True), ('activated_at__isnull', False), _connector='OR'), name='stripe_connection_active_is_dated')],
            },
        ),
        TenantTable("StripeConnection", platform="SELECT"),
    ]
