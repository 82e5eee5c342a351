import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0062_remembered_values'),
        ('organisations', '0002_applications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WaitingMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ('group', TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='waiting_members', to='members.group')),
                ('member', TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='waiting_for', to='members.member')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['since', 'pk'],
                'indexes': [models.Index(models.F('organisation'), models.F('member'), name='waiting_of_a_member')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('group'), models.F('member'), name='member_waits_once_for_a_group')],
            },
        ),
        TenantTable("WaitingMember"),
    ]
