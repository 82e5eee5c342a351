import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.codes
from decimal import Decimal
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0008_second_factor'),
    ]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('descriptions', models.JSONField(blank=True, default=dict)),
                ('stripe_price_id', models.CharField(max_length=255, unique=True, verbose_name='price at Stripe')),
                ('interval', models.CharField(choices=[('month', 'month'), ('year', 'year')], default='month', max_length=5, verbose_name='interval')),
                ('price', models.DecimalField(decimal_places=2, max_digits=10, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='price')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('trial_days', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(730)], verbose_name='days of trial')),
                ('most_members', models.PositiveIntegerField(blank=True, null=True, verbose_name='members')),
                ('most_events', models.PositiveIntegerField(blank=True, null=True, verbose_name='events that are not over')),
                ('most_staff', models.PositiveIntegerField(blank=True, null=True, verbose_name='people with a role')),
                ('most_storage_mb', models.PositiveIntegerField(blank=True, null=True, verbose_name='storage in MB')),
                ('is_active', models.BooleanField(default=True, verbose_name='offered')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'verbose_name': 'plan',
                'verbose_name_plural': 'plans',
                'ordering': ['position', 'price', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('price__gte', 0)), name='plan_price_is_not_negative'), models.CheckConstraint(condition=models.Q(('interval__in', ['month', 'year'])), name='plan_interval_is_known'), models.CheckConstraint(condition=models.Q(('stripe_price_id', ''), _negated=True), name='plan_has_a_price_at_stripe')],
            },
        ),
        migrations.CreateModel(
            name='StripeNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.CharField(max_length=255, unique=True)),
                ('type', models.CharField(max_length=100)),
                ('account', models.CharField(blank=True, default='', max_length=255)),
                ('subscription_id', models.CharField(blank=True, default='', max_length=255)),
                ('customer_id', models.CharField(blank=True, default='', max_length=255)),
                ('reference', models.CharField(blank=True, default='', max_length=40)),
                ('state', models.CharField(choices=[('stored', 'Stored'), ('applied', 'Applied'), ('ignored', 'Ignored')], default='stored', max_length=10)),
                ('outcome', models.CharField(blank=True, default='', max_length=300)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('applied_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['stored', 'applied', 'ignored'])), name='stripe_notice_state_is_known')],
            },
        ),
        migrations.CreateModel(
            name='PlanSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=kring.core.codes.secret, editable=False, max_length=40)),
                ('customer_id', models.CharField(blank=True, default='', max_length=255)),
                ('subscription_id', models.CharField(blank=True, default='', max_length=255)),
                ('checkout_id', models.CharField(blank=True, default='', max_length=255)),
                ('state', models.CharField(choices=[('incomplete', 'not finished'), ('trial', 'trial'), ('active', 'active'), ('past_due', 'payment overdue'), ('cancelled', 'cancelled')], default='incomplete', max_length=10, verbose_name='state')),
                ('period_start', models.DateTimeField(null=True)),
                ('period_end', models.DateTimeField(null=True, verbose_name='end of the period')),
                ('cancel_at', models.DateTimeField(null=True, verbose_name='ends on')),
                ('cancelled_at', models.DateTimeField(null=True, verbose_name='cancelled')),
                ('past_due_since', models.DateTimeField(null=True, verbose_name='overdue since')),
                ('reminded_on_day', models.PositiveSmallIntegerField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('synced_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='plans.plan', verbose_name='plan')),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
                'indexes': [models.Index(models.F('subscription_id'), name='plan_subscription_by_stripe_id'), models.Index(models.F('customer_id'), name='plan_subscription_by_customer')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), condition=models.Q(('state', 'cancelled'), _negated=True), name='plan_subscription_live_is_one'), models.UniqueConstraint(models.F('organisation'), models.F('reference'), name='plan_subscription_reference_is_unique'), models.UniqueConstraint(models.F('organisation'), models.F('subscription_id'), condition=models.Q(('subscription_id', ''), _negated=True), name='plan_subscription_of_stripe_is_one'), models.CheckConstraint(condition=models.Q(('state__in', ['incomplete', 'trial', 'active', 'past_due', 'cancelled'])), name='plan_subscription_state_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['incomplete', 'cancelled']), models.Q(('subscription_id', ''), _negated=True), _connector='OR'), name='plan_subscription_in_force_is_known_to_stripe'), models.CheckConstraint(condition=models.Q(models.Q(('past_due_since__isnull', False), ('state', 'past_due')), models.Q(models.Q(('state', 'past_due'), _negated=True), ('past_due_since__isnull', True)), _connector='OR'), name='plan_subscription_past_due_exactly_when_dated'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('state', 'cancelled')), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancelled_at__isnull', True)), _connector='OR'), name='plan_subscription_cancelled_exactly_when_dated')],
            },
        ),
        TenantTable("PlanSubscription", platform="SELECT"),
    ]
