import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0011_waiting_members'),
        ('organisations', '0002_applications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MemberBulk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('mail', 'email'), ('status', 'change of status'), ('join', 'put into a group'), ('leave', 'taken out of a group'), ('type', 'membership type'), ('invite', 'invitation to a login')], max_length=6)),
                ('facts', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'act on several members',
                'verbose_name_plural': 'acts on several members',
            },
        ),
        migrations.CreateModel(
            name='MemberBulkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(blank=True, choices=[('', 'waiting'), ('done', 'done'), ('nothing', 'nothing to do'), ('refused', 'refused')], default='', max_length=7)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('bulk', TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='items', to='members.memberbulk')),
                ('member', TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='members.member')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'member in an act on several',
                'verbose_name_plural': 'acts on several members',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='MemberBulkMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=254)),
                ('name', models.CharField(max_length=250)),
                ('language', models.CharField(max_length=5)),
                ('members', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list)),
                ('sent_at', models.DateTimeField(null=True)),
                ('bulk', TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='mails', to='members.memberbulk')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='memberbulk',
            index=models.Index(models.F('organisation'), models.OrderBy(models.F('created_at'), descending=True), name='member_bulks_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='memberbulkitem',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('bulk'), models.F('member'), name='member_is_in_a_bulk_once'),
        ),
        migrations.AddIndex(
            model_name='memberbulkmail',
            index=models.Index(models.F('organisation'), models.F('bulk'), models.F('id'), condition=models.Q(('sent_at', None)), name='bulk_mails_to_send'),
        ),
        migrations.AddConstraint(
            model_name='memberbulkmail',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('bulk'), models.F('email'), name='bulk_mail_is_one_per_address'),
        ),
        TenantTable("MemberBulk"),
        TenantTable("MemberBulkItem"),
        TenantTable("MemberBulkMail"),
    ]
