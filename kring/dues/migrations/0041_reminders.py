import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.codes
import kring.core.tenancy
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0021_order_is_of_dues'),
        ('dues', '0040_kind_of_reminder_fees'),
        ('mail', '0003_message_unsubscribe_url'),
        ('members', '0076_terms_of_answers'),
        ('organisations', '0006_disputes_bar_tickets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(verbose_name='step')),
                ('tone', models.CharField(choices=[('friendly', 'friendly'), ('firm', 'firm'), ('last', 'last')], max_length=8, verbose_name='text')),
                ('channel', models.CharField(choices=[('mail', 'email'), ('letter', 'letter'), ('both', 'email and letter')], max_length=6, verbose_name='sent by')),
                ('state', models.CharField(choices=[('mailed', 'sent by email'), ('to_print', 'letter to be printed'), ('printed', 'letter printed'), ('not_needed', 'letter not needed any more')], max_length=10, verbose_name='state')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='amount')),
                ('currency', models.CharField(max_length=3)),
                ('secret', models.CharField(default=kring.core.codes.secret, editable=False, max_length=32)),
                ('on', models.DateField(verbose_name='sent on')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('printed_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReminderItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(null=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10)),
            ],
            options={
                'verbose_name': 'contribution of a reminder',
                'verbose_name_plural': 'contributions of a reminder',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReminderPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('promised', 'promised to pay'), ('stopped', 'stopped'), ('disputed', 'disputed'), ('held', 'held back')], max_length=8, verbose_name='kind')),
                ('last_day', models.DateField(null=True, verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('is_by_payer', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'pause of reminders',
                'verbose_name_plural': 'pauses of reminders',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReminderSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_on', models.BooleanField(default=False, verbose_name='send reminders automatically')),
                ('hour', models.PositiveSmallIntegerField(db_default=9, default=9, validators=[django.core.validators.MinValueValidator(7), django.core.validators.MaxValueValidator(19)], verbose_name='hour')),
                ('smallest', models.DecimalField(decimal_places=2, default=Decimal('1'), max_digits=8, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='remind from')),
                ('next_at', models.DateTimeField(editable=False, null=True)),
                ('last_on', models.DateField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'settings of reminders',
                'verbose_name_plural': 'settings of reminders',
            },
        ),
        migrations.CreateModel(
            name='ReminderStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(editable=False)),
                ('days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='days')),
                ('tone', models.CharField(choices=[('friendly', 'friendly'), ('firm', 'firm'), ('last', 'last')], default='friendly', max_length=8, verbose_name='text')),
                ('channel', models.CharField(choices=[('mail', 'email'), ('letter', 'letter'), ('both', 'email and letter')], default='mail', max_length=6, verbose_name='sent by')),
                ('fee', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=8, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='fee')),
            ],
            options={
                'verbose_name': 'step of reminders',
                'verbose_name_plural': 'steps of reminders',
                'ordering': ['position'],
            },
        ),
        migrations.AddField(
            model_name='reminder',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reminder',
            name='fee',
            field=kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dues.contribution'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='message',
            field=kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='mail.message'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='payer',
            field=kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='reminders', to='dues.payer', verbose_name='payer'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='printed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reminderitem',
            name='contribution',
            field=kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='reminder_items', to='dues.contribution'),
        ),
        migrations.AddField(
            model_name='reminderitem',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='reminderitem',
            name='reminder',
            field=kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='items', to='dues.reminder'),
        ),
        migrations.AddField(
            model_name='reminderpause',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reminderpause',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reminderpause',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='reminderpause',
            name='payer',
            field=kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='reminder_pauses', to='dues.payer'),
        ),
        migrations.AddField(
            model_name='remindersettings',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='reminderstep',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='step',
            field=kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='dues.reminderstep'),
        ),
        migrations.AddConstraint(
            model_name='reminderitem',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('contribution'), models.F('level'), name='reminder_step_is_taken_once_per_contribution'),
        ),
        migrations.AddConstraint(
            model_name='reminderitem',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('reminder'), models.F('contribution'), name='reminder_names_it_once'),
        ),
        migrations.AddConstraint(
            model_name='reminderitem',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='reminder_item_is_of_something'),
        ),
        migrations.AddIndex(
            model_name='reminderpause',
            index=models.Index(models.F('organisation'), models.F('payer'), name='reminder_pauses_of_a_payer'),
        ),
        migrations.AddConstraint(
            model_name='reminderpause',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('payer'), models.F('kind'), condition=models.Q(('ended_at', None)), name='reminder_pause_is_one_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='reminderpause',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['promised', 'stopped', 'disputed', 'held'])), name='reminder_pause_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='reminderpause',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__isnull', False), models.Q(('kind__in', ['promised', 'held']), _negated=True), _connector='OR'), name='reminder_pause_has_its_end'),
        ),
        migrations.AddConstraint(
            model_name='reminderpause',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('kind__in', ['stopped', 'disputed']), _negated=True), _connector='OR'), name='reminder_pause_has_its_reason'),
        ),
        migrations.AddIndex(
            model_name='remindersettings',
            index=models.Index(models.F('next_at'), condition=models.Q(('is_on', True)), name='reminders_due'),
        ),
        migrations.AddConstraint(
            model_name='remindersettings',
            constraint=models.UniqueConstraint(models.F('organisation'), name='reminder_settings_are_one_per_organisation'),
        ),
        migrations.AddConstraint(
            model_name='remindersettings',
            constraint=models.CheckConstraint(condition=models.Q(('hour__gte', 7), ('hour__lte', 19)), name='reminders_go_by_day'),
        ),
        migrations.AddConstraint(
            model_name='remindersettings',
            constraint=models.CheckConstraint(condition=models.Q(('smallest__gt', Decimal('0'))), name='reminders_are_of_something'),
        ),
        migrations.AddConstraint(
            model_name='remindersettings',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_on', True), ('next_at__isnull', False)), models.Q(('is_on', False), ('next_at', None)), _connector='OR'), name='reminders_know_when'),
        ),
        migrations.AddConstraint(
            model_name='reminderstep',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('position'), name='reminder_step_has_its_position'),
        ),
        migrations.AddConstraint(
            model_name='reminderstep',
            constraint=models.CheckConstraint(condition=models.Q(('days__gte', 1), ('days__lte', 365)), name='reminder_step_is_days_later'),
        ),
        migrations.AddConstraint(
            model_name='reminderstep',
            constraint=models.CheckConstraint(condition=models.Q(('fee__gte', 0)), name='reminder_step_fee_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='reminderstep',
            constraint=models.CheckConstraint(condition=models.Q(('tone__in', ['friendly', 'firm', 'last'])), name='reminder_step_tone_is_known'),
        ),
        migrations.AddConstraint(
            model_name='reminderstep',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['mail', 'letter', 'both'])), name='reminder_step_channel_is_known'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(models.F('organisation'), models.OrderBy(models.F('on'), descending=True), models.OrderBy(models.F('id'), descending=True), name='reminders_newest_first'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(models.F('organisation'), models.F('payer'), name='reminders_of_a_payer'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(models.F('organisation'), models.F('on'), condition=models.Q(('state', 'to_print')), name='reminders_to_print'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('payer'), models.F('on'), name='reminder_is_one_per_payer_and_day'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('secret'), name='reminder_secret_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('level__gte', 1)), name='reminder_is_of_something'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['mailed', 'to_print', 'printed', 'not_needed'])), name='reminder_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('printed_at__isnull', False), ('state', 'printed')), models.Q(models.Q(('state', 'printed'), _negated=True), ('printed_at', None)), _connector='OR'), name='reminder_is_printed_exactly_when_dated'),
        ),
        TenantTable("ReminderSettings", platform="SELECT"),
        TenantTable("ReminderStep"),
        TenantTable("ReminderPause"),
        TenantTable("Reminder"),
        TenantTable("ReminderItem"),
    ]
