import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0002_log_cannot_be_altered'),
        ('registrations', '0005_session_bookings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('eligible', 'may come'), ('refused', 'may not come'), ('waiting', 'a registry is being asked'), ('waived', 'may come although the rules say no')], max_length=8)),
                ('reasons', models.JSONField(default=list)),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('registration', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='verdicts', to='registrations.registration')),
            ],
            options={
                'verbose_name': 'verdict',
                'verbose_name_plural': 'verdicts',
                'indexes': [models.Index(models.F('organisation'), models.F('decided_at'), condition=models.Q(('outcome', 'waiting')), name='verdicts_to_wait_for')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('registration'), name='verdict_is_one_per_registration'), models.CheckConstraint(condition=models.Q(('outcome__in', ['eligible', 'refused', 'waiting', 'waived'])), name='verdict_outcome_is_known')],
            },
        ),
        TenantTable('Verdict', platform='SELECT'),
    ]
