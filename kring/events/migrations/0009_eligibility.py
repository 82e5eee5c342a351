import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.secrets
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0008_sessions'),
        ('organisations', '0002_log_cannot_be_altered'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EligibilityRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=30, verbose_name='rule')),
                ('settings', kring.core.secrets.EncryptedJSONField(default=dict)),
                ('stage', models.CharField(choices=[('before', 'before payment'), ('after', 'after payment')], default='before', max_length=6, verbose_name='checked')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('attraction', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='eligibility_rules', to='events.attraction')),
                ('event', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='eligibility_rules', to='events.event')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'eligibility rule',
                'verbose_name_plural': 'eligibility rules',
                'ordering': ['position', 'pk'],
                'indexes': [models.Index(models.F('organisation'), models.F('event'), name='eligibility_rules_of_an_event'), models.Index(models.F('organisation'), models.F('attraction'), name='eligibility_rules_of_a_part')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('attraction__isnull', False), ('event', None)), models.Q(('attraction', None), ('event__isnull', False)), _connector='OR'), name='eligibility_rule_is_of_an_event_or_of_an_attraction'), models.CheckConstraint(condition=models.Q(('stage__in', ['before', 'after'])), name='eligibility_rule_stage_is_known')],
            },
        ),
        TenantTable('EligibilityRule'),
        migrations.CreateModel(
            name='RegistryAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('registry', models.CharField(max_length=200, verbose_name='registry')),
                ('subject', models.CharField(editable=False, max_length=64)),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='asked about')),
                ('result', models.CharField(choices=[('found', 'found'), ('not_found', 'not found'), ('down', 'no usable answer')], max_length=9, verbose_name='answer')),
                ('trouble', models.CharField(blank=True, max_length=200, verbose_name='trouble')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'registry answer',
                'verbose_name_plural': 'registry answers',
                'indexes': [models.Index(models.F('organisation'), models.F('subject'), models.OrderBy(models.F('asked_at'), descending=True), name='registry_answers_of_a_subject'), models.Index(models.F('organisation'), models.OrderBy(models.F('asked_at'), descending=True), name='registry_answers_newest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('result__in', ['found', 'not_found', 'down'])), name='registry_result_is_known')],
            },
        ),
        TenantTable('RegistryAnswer', platform='SELECT'),
    ]
