import django.db.models.deletion
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantKey


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0002_functions_and_triggers'),
        ('events', '0004_leads_into_a_group'),
        ('members', '0003_invitations'),
        ('organisations', '0001_initial'),
        ('waiting', '0003_names_of_models'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='waitingentry',
            name='member',
            field=kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='waiting_entries', to='members.member'),
        ),
        migrations.AddIndex(
            model_name='waitingentry',
            index=models.Index(models.F('organisation'), models.F('member'), condition=models.Q(('member__isnull', False)), name='waiting_entries_of_a_member'),
        ),
        TenantKey("WaitingEntry", "member"),
    ]
