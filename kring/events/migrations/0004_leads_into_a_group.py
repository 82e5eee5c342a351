import django.db.models.deletion
import kring.core.tenancy
from django.db import migrations, models

from kring.core.tenant_tables import TenantKey


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0003_version_of_page_keeps_its_plan'),
        ('forms', '0003_form_choice'),
        ('members', '0003_invitations'),
        ('organisations', '0001_initial'),
        ('places', '0002_functions_and_triggers'),
    ]

    operations = [
        migrations.AddField(
            model_name='attraction',
            name='group',
            field=kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='members.group', verbose_name='leads into group'),
        ),
        migrations.AddField(
            model_name='attraction',
            name='season',
            field=kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='members.season', verbose_name='in season'),
        ),
        migrations.AddIndex(
            model_name='attraction',
            index=models.Index(models.F('organisation'), models.F('group'), condition=models.Q(('group__isnull', False)), name='attractions_into_a_group'),
        ),
        TenantKey("Attraction", "group"),
        TenantKey("Attraction", "season"),
    ]
