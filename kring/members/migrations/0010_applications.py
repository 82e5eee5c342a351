import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from kring.core.sql_files import InstallSql
from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('forms', '0004_about_members'),
        ('members', '0051_keys_of_requests'),
        ('organisations', '0002_applications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApplicationSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_open', models.BooleanField(default=False, verbose_name='anybody can apply')),
                ('introduction', models.TextField(blank=True, max_length=5000, verbose_name='introduction')),
                ('asked', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list)),
                ('required', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list)),
                ('asks_own', models.BooleanField(default=False, verbose_name='ask your own questions about members')),
                ('asks_guardian', models.BooleanField(default=True, verbose_name='of minors ask for a parent or guardian')),
                ('asks_account', models.BooleanField(default=False, verbose_name='ask for a bank account')),
                ('mandate_text', models.TextField(blank=True, max_length=2000, verbose_name='text of the direct debit mandate')),
                ('consents', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('photo', 'photos'), ('newsletter', 'newsletter'), ('sharing', 'sharing data')], max_length=10), blank=True, default=list)),
                ('needs_two', models.BooleanField(default=False, verbose_name='two people decide')),
                ('kept_days', models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='days until declined and withdrawn applications are deleted')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('type', TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='application_settings', to='members.membershiptype')),
            ],
            options={
                'verbose_name': 'settings of applications',
                'verbose_name_plural': 'settings of applications',
            },
        ),
        migrations.CreateModel(
            name='OfferedGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='members.group')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('settings', TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='offered', to='members.applicationsettings')),
            ],
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('submitted', 'submitted'), ('approved', 'approved by one'), ('waiting', 'waiting for a place'), ('accepted', 'accepted'), ('declined', 'declined'), ('withdrawn', 'withdrawn')], default='submitted', max_length=9, verbose_name='status')),
                ('key', models.CharField(editable=False, max_length=32)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('name', models.CharField(max_length=250, verbose_name='name')),
                ('email', models.EmailField(max_length=254, verbose_name='email')),
                ('language', models.CharField(choices=[('en', 'English'), ('nl', 'Dutch'), ('pl', 'Polish')], max_length=5, verbose_name='language')),
                ('values', models.JSONField(default=dict)),
                ('guardian_name', models.CharField(blank=True, max_length=200, verbose_name='parent or guardian')),
                ('guardian_phone', models.CharField(blank=True, max_length=40, verbose_name='phone of the parent or guardian')),
                ('iban', models.CharField(blank=True, max_length=34, verbose_name='IBAN')),
                ('holder', models.CharField(blank=True, max_length=140, verbose_name='account holder')),
                ('mandate_text', models.TextField(blank=True, max_length=2000, verbose_name='mandate')),
                ('mandate_agreed_at', models.DateTimeField(null=True)),
                ('needs_two', models.BooleanField(default=False)),
                ('submitted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='submitted')),
                ('proved_at', models.DateTimeField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='reason')),
                ('delete_on', models.DateField(null=True)),
                ('applied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='applications', to='members.group', verbose_name='group')),
                ('member', TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='applications', to='members.member')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('submission', TenantForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forms.submission')),
                ('type', TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='applications', to='members.membershiptype', verbose_name='membership type')),
            ],
            options={
                'verbose_name': 'application',
                'verbose_name_plural': 'applications',
                'ordering': ['-submitted_at', '-pk'],
                'indexes': [models.Index(models.F('organisation'), models.F('state'), models.F('submitted_at'), name='applications_by_state'), models.Index(models.F('delete_on'), condition=models.Q(('delete_on__isnull', False)), name='applications_to_delete')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('key'), name='application_key_is_unique'), models.UniqueConstraint(models.F('organisation'), models.F('digest'), condition=models.Q(('state__in', ['submitted', 'approved', 'waiting'])), name='application_is_open_once'), models.CheckConstraint(condition=models.Q(('state__in', ['submitted', 'approved', 'waiting', 'accepted', 'declined', 'withdrawn'])), name='application_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', False), ('state', 'accepted')), models.Q(models.Q(('state', 'accepted'), _negated=True), ('member', None)), _connector='OR'), name='application_is_accepted_exactly_with_a_member'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state__in', ['submitted', 'approved'])), models.Q(models.Q(('state__in', ['submitted', 'approved']), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='application_is_decided_exactly_when_dated'), models.CheckConstraint(condition=models.Q(('needs_two', False), models.Q(('state__in', ['waiting', 'accepted']), _negated=True), models.Q(('approved_at__isnull', False), models.Q(('approved_by', None), ('decided_by', None), models.Q(('approved_by', models.F('decided_by')), _negated=True), _connector='OR')), _connector='OR'), name='application_is_accepted_by_two_where_two_decide'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), _negated=True), ('group__isnull', False), _connector='OR'), name='application_waits_for_a_group'), models.CheckConstraint(condition=models.Q(('mandate_agreed_at', None), models.Q(('iban', ''), _negated=True), _connector='OR'), name='application_mandate_has_an_account')],
            },
        ),
        migrations.AddConstraint(
            model_name='applicationsettings',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('type'), name='application_settings_are_one_per_type'),
        ),
        migrations.AddConstraint(
            model_name='applicationsettings',
            constraint=models.CheckConstraint(condition=models.Q(('required__contained_by', models.F('asked'))), name='application_requires_what_it_asks'),
        ),
        migrations.AddConstraint(
            model_name='applicationsettings',
            constraint=models.CheckConstraint(condition=models.Q(('asks_guardian', False), ('required__contains', ['birth_date']), _connector='OR'), name='application_knows_who_is_a_minor'),
        ),
        migrations.AddConstraint(
            model_name='offeredgroup',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('settings'), models.F('group'), name='group_is_offered_once'),
        ),
        TenantTable("ApplicationSettings"),
        TenantTable("OfferedGroup"),
        TenantTable("Application", platform="SELECT"),
        InstallSql("note_applications", version=1, digest="b7c6768b3010"),
    ]
