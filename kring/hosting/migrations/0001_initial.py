import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0009_blocked_reason'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OrganisationNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'note about an organisation',
                'verbose_name_plural': 'notes about organisations',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='OrganisationSize',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('members', models.PositiveIntegerField(default=0)),
                ('events', models.PositiveIntegerField(default=0)),
                ('registrations', models.PositiveIntegerField(default=0)),
                ('staff', models.PositiveIntegerField(default=0)),
                ('mails', models.PositiveIntegerField(default=0)),
                ('storage_bytes', models.PositiveBigIntegerField(default=0)),
                ('counted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.DB_CASCADE, related_name='size', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'size of an organisation',
                'verbose_name_plural': 'sizes of organisations',
            },
        ),
    ]
