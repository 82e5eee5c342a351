import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0033_documents'),
        ('organisations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='day')),
                ('title', models.CharField(blank=True, max_length=100, verbose_name='title')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='meetings', to='members.group', verbose_name='group')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'meeting',
                'verbose_name_plural': 'meetings',
                'ordering': ['-on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(choices=[('present', 'present'), ('excused', 'excused'), ('absent', 'absent')], max_length=7, verbose_name='attendance')),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('member', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='attendances', to='members.member')),
                ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('meeting', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='attendances', to='members.meeting')),
            ],
            options={
                'verbose_name': 'attendance',
                'verbose_name_plural': 'attendances',
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(models.F('organisation'), models.F('group'), models.OrderBy(models.F('on'), descending=True), name='meetings_of_a_group'),
        ),
        migrations.AddIndex(
            model_name='attendance',
            index=models.Index(models.F('organisation'), models.F('member'), name='attendances_of_a_member'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('meeting'), models.F('member'), name='attendance_is_noted_once_for_each_member'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('mark__in', ['present', 'excused', 'absent'])), name='attendance_mark_is_known'),
        ),
        TenantTable("Meeting"),
        TenantTable("Attendance"),
    ]
