import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_secretaries'),
        ('organisations', '0002_applications'),
    ]

    operations = [
        migrations.CreateModel(
            name='Profession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=20, verbose_name='key')),
                ('names', models.JSONField(default=dict, verbose_name='name')),
                ('notes', models.JSONField(blank=True, db_default={}, default=dict, verbose_name='note for the door')),
                ('is_active', models.BooleanField(db_default=True, default=True, verbose_name='offered')),
                ('position', models.PositiveIntegerField(db_default=0, default=0, verbose_name='position')),
                ('proof', models.CharField(choices=[('word', 'Word of honour'), ('address', 'A confirmed email address at a listed domain'), ('upload', 'A document that you check once')], db_default='word', default='word', max_length=10, verbose_name='proof')),
                ('domains', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=253), blank=True, default=list, verbose_name='domains')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'profession',
                'verbose_name_plural': 'professions',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('key'), name='profession_key_is_unique'), models.CheckConstraint(condition=models.Q(('names', {}), _negated=True), name='profession_has_a_name'), models.CheckConstraint(condition=models.Q(('domains', []), ('proof', 'address'), _negated=True), name='profession_has_domains_for_its_proof')],
            },
        ),
        TenantTable("Profession"),
    ]
