import django.contrib.postgres.fields
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
        ('direct_debit', '0003_collections_by_provider'),
        ('organisations', '0006_disputes_bar_tickets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MandateUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='file')),
                ('state', models.CharField(choices=[('read', 'read'), ('importing', 'running'), ('done', 'done')], default='read', max_length=9, verbose_name='status')),
                ('heads', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list)),
                ('targets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=20), default=list)),
                ('rows', kring.core.secrets.EncryptedJSONField(editable=False, null=True)),
                ('known_creditor_id', models.CharField(blank=True, max_length=35, verbose_name='creditor identifier until now')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('is_mailed', models.BooleanField(default=False, verbose_name='send each payer an email')),
                ('counts', models.JSONField(default=dict)),
                ('refused', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('creditor_account', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='direct_debit.creditoraccount')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'file of mandates',
                'verbose_name_plural': 'files of mandates',
                'indexes': [models.Index(models.F('created_at'), condition=models.Q(('state', 'read')), name='mandate_uploads_to_forget')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('rows__isnull', False), ('state__in', ['read', 'importing'])), models.Q(('finished_at__isnull', False), ('rows', None), ('state', 'done')), _connector='OR'), name='mandate_upload_keeps_rows_until_it_is_done')],
            },
        ),
        TenantTable("MandateUpload", platform="SELECT"),
    ]
