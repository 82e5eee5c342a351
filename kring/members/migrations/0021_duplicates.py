import django.core.serializers.json
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Greatest, Least

from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantKey, TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('forms', '0003_form_choice'),
        ('members', '0020_fuzzystrmatch'),
        ('organisations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MemberMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, verbose_name='member number')),
                ('name', models.CharField(max_length=250, verbose_name='name')),
                ('member_key', models.BigIntegerField()),
                ('before', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('after', models.JSONField(default=dict)),
                ('made', models.JSONField(default=dict)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('forgotten_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'merge of two members',
                'verbose_name_plural': 'merges of members',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ToldApart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'not the same person',
                'verbose_name_plural': 'not the same people',
            },
        ),
        migrations.AddField(
            model_name='member',
            name='former_numbers',
            field=models.TextField(db_default='', editable=False),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(models.F('organisation'), models.F('postal_code'), models.F('house_number'), condition=models.Q(('postal_code', ''), _negated=True), name='members_by_address'),
        ),
        migrations.AddField(
            model_name='membermerge',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='membermerge',
            name='kept',
            field=TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='merges', to='members.member'),
        ),
        migrations.AddField(
            model_name='membermerge',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='consent',
            name='came_with',
            field=TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='members.membermerge'),
        ),
        migrations.AddField(
            model_name='toldapart',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='toldapart',
            name='one',
            field=TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='members.member'),
        ),
        migrations.AddField(
            model_name='toldapart',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='toldapart',
            name='other',
            field=TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='members.member'),
        ),
        migrations.AddIndex(
            model_name='membermerge',
            index=models.Index(models.F('organisation'), models.F('kept'), name='merges_of_a_member'),
        ),
        migrations.AddIndex(
            model_name='membermerge',
            index=models.Index(models.F('at'), condition=models.Q(('forgotten_at', None)), name='merges_to_forget'),
        ),
        migrations.AddConstraint(
            model_name='membermerge',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('number'), name='number_of_a_merge_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='toldapart',
            constraint=models.UniqueConstraint(models.F('organisation'), Least('one', 'other'), Greatest('one', 'other'), name='told_apart_once'),
        ),
        TenantTable("MemberMerge", platform="SELECT"),
        TenantTable("ToldApart"),
        TenantKey("Consent", "came_with"),
    ]
