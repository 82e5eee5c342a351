import django.db.models.deletion
import django.db.models.expressions
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0009_eligibility'),
        ('forms', '0001_initial'),
        ('registrations', '0006_verdicts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bulk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('confirm', 'confirm payments'), ('complete', 'complete by hand'), ('cancel', 'cancel'), ('mail', 'send a mail')], max_length=8)),
                ('facts', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='events.event')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'act on many',
                'verbose_name_plural': 'acts on many',
            },
        ),
        migrations.CreateModel(
            name='BulkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('waiting', 'to be done'), ('done', 'done'), ('nothing', 'nothing to do'), ('refused', 'refused')], default='waiting', max_length=8)),
                ('said', models.CharField(blank=True, max_length=300)),
                ('bulk', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='items', to='registrations.bulk')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('registration', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='registrations.registration')),
            ],
            options={
                'verbose_name': 'part of an act on many',
                'verbose_name_plural': 'parts of an act on many',
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('is_shared', models.BooleanField(default=False, verbose_name='for all staff')),
                ('query', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('event', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='events.event')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
            },
        ),
        migrations.CreateModel(
            name='Searchable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField(db_collation='C')),
                ('email', models.TextField(db_collation='C')),
                ('number', models.TextField(db_collation='C')),
                ('who', models.TextField()),
                ('text', models.TextField(null=True)),
                ('event', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='events.event')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('registration', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='searchable', to='registrations.registration')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50)),
                ('type', models.CharField(choices=[('text', 'text'), ('long_text', 'long text'), ('number', 'number'), ('date', 'date'), ('choice', 'one choice'), ('choices', 'several choices'), ('yes_no', 'yes or no'), ('email', 'e-mail'), ('phone', 'phone'), ('file', 'file'), ('country', 'country'), ('consent', 'consent'), ('pesel', 'PESEL number')], max_length=9)),
                ('text', models.TextField()),
                ('sort', models.TextField(db_collation='C')),
                ('number', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('day', models.DateField(null=True)),
                ('event', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='events.event')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('registration', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='answers', to='registrations.registration')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'indexes': [models.Index(models.F('organisation'), models.F('event'), models.F('name'), models.F('sort'), models.F('registration'), name='answers_of_an_event')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('registration'), models.F('name'), name='answer_is_one_per_question')],
            },
        ),
        migrations.AddIndex(
            model_name='bulk',
            index=models.Index(models.F('organisation'), models.OrderBy(models.F('created_at'), descending=True), name='bulks_newest_first'),
        ),
        migrations.AddIndex(
            model_name='bulkitem',
            index=models.Index(models.F('organisation'), models.F('bulk'), models.F('outcome'), models.F('id'), name='bulk_items_by_outcome'),
        ),
        migrations.AddConstraint(
            model_name='bulkitem',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('bulk'), models.F('registration'), name='bulk_item_is_one_each'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('organisation', 'owner', 'event', 'name'), name='saved_view_name_is_unique', nulls_distinct=False, violation_error_message='You already have a view with this name.'),
        ),
        migrations.AddIndex(
            model_name='searchable',
            index=models.Index(fields=['organisation', 'name', 'registration'], include=('event',), name='searchable_names'),
        ),
        migrations.AddIndex(
            model_name='searchable',
            index=models.Index(fields=['organisation', 'email', 'registration'], include=('event',), name='searchable_emails'),
        ),
        migrations.AddIndex(
            model_name='searchable',
            index=models.Index(fields=['organisation', 'number', 'registration'], include=('event',), name='searchable_numbers'),
        ),
        migrations.AddConstraint(
            model_name='searchable',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('registration'), name='searchable_is_one_per_registration'),
        ),
        TenantTable('Answer'),
        TenantTable('Searchable'),
        TenantTable('SavedView'),
        TenantTable('Bulk'),
        TenantTable('BulkItem'),
    ]
