import django.db.models.deletion
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantKey


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0002_functions_and_triggers'),
        ('events', '0004_leads_into_a_group'),
        ('forms', '0003_form_choice'),
        ('members', '0003_invitations'),
        ('organisations', '0001_initial'),
        ('places', '0002_functions_and_triggers'),
        ('registrations', '0006_names_of_fields'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='registration',
            name='group_place',
            field=kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='members.groupplace'),
        ),
        migrations.AddField(
            model_name='registration',
            name='member',
            field=kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='registrations', to='members.member'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(models.F('organisation'), models.F('member'), condition=models.Q(('member__isnull', False)), name='registrations_of_a_member'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(models.F('organisation'), models.F('group_place'), condition=models.Q(('group_place__isnull', False)), name='registration_of_a_place'),
        ),
        TenantKey("Registration", "member"),
        TenantKey("Registration", "group_place"),
    ]
