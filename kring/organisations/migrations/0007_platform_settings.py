import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import kring.core.secrets
from django.conf import settings
from django.db import migrations, models

from kring.core.database_url import APP_ROLE, PLATFORM_ROLE


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0006_disputes_bar_tickets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlatformLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('actor_label', models.CharField(max_length=254)),
                ('action', models.CharField(max_length=60)),
                ('label', models.CharField(max_length=300)),
                ('old', models.JSONField(null=True)),
                ('new', models.JSONField(null=True)),
                ('ip', models.GenericIPAddressField(null=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': "entry of the platform's log",
                'verbose_name_plural': "entries of the platform's log",
                'indexes': [models.Index(models.OrderBy(models.F('at'), descending=True), name='platform_log_newest_first')],
            },
        ),
        migrations.CreateModel(
            name='PlatformSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[a-z][a-z0-9_]*\\Z', 'Use lower-case letters, digits and underscores.')], verbose_name='key')),
                ('value', models.JSONField(null=True, verbose_name='value')),
                ('secret', kring.core.secrets.EncryptedJSONField(null=True)),
                ('description', models.CharField(blank=True, max_length=300, verbose_name='description')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed')),
                ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'setting of the platform',
                'verbose_name_plural': 'settings of the platform',
                'ordering': ['key'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('secret__isnull', False), ('value__isnull', True)), models.Q(('secret__isnull', True), ('value__isnull', False)), _connector='OR'), name='platform_setting_has_one_value')],
            },
        ),
        # Entries are added and read; a deleted organisation or login leaves by the delete rules, which the owner applies.
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON organisations_platformlog FROM {APP_ROLE}, {PLATFORM_ROLE}",
            f"GRANT UPDATE, DELETE ON organisations_platformlog TO {APP_ROLE}, {PLATFORM_ROLE}",
        ),
    ]
