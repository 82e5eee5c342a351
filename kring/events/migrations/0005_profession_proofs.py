import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_professions'),
        ('events', '0004_leads_into_a_group'),
        ('forms', '0005_kept_files'),
        ('organisations', '0002_applications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProfessionProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('open', 'to be checked'), ('accepted', 'accepted'), ('refused', 'not accepted'), ('replaced', 'replaced')], default='open', max_length=8, verbose_name='status')),
                ('valid_until', models.DateField(null=True, verbose_name='valid until')),
                ('reason', models.CharField(blank=True, default='', max_length=300, verbose_name='reason')),
                ('handed_in_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('checked_at', models.DateTimeField(null=True)),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('profession', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='proofs', to='accounts.profession', verbose_name='profession')),
                ('upload', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='profession_proofs', to='forms.upload')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='profession_proofs', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'proof of a profession',
                'verbose_name_plural': 'proofs of professions',
                'ordering': ['-handed_in_at', '-pk'],
                'indexes': [models.Index(models.F('organisation'), models.F('user'), name='profession_proofs_of_a_login'), models.Index(models.F('organisation'), models.F('profession'), name='proofs_of_a_profession')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('user'), models.F('profession'), condition=models.Q(('state', 'open')), name='profession_proof_is_open_once'), models.UniqueConstraint(models.F('organisation'), models.F('upload'), name='profession_proof_has_its_own_file'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'refused', 'replaced'])), name='profession_proof_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), ('upload__isnull', False)), models.Q(models.Q(('state', 'open'), _negated=True), ('upload', None)), _connector='OR'), name='profession_proof_has_a_file_while_it_is_open'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), ('valid_until__isnull', False)), models.Q(models.Q(('state', 'accepted'), _negated=True), ('valid_until', None)), _connector='OR'), name='profession_proof_is_accepted_until_a_day')],
            },
        ),
        TenantTable("ProfessionProof"),
    ]
