import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hosting', '0007_support_access'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texts', models.JSONField()),
                ('level', models.CharField(choices=[('info', 'information'), ('warning', 'warning')], default='info', max_length=10, verbose_name='level')),
                ('begins', models.DateField(verbose_name='first day')),
                ('ends', models.DateField(verbose_name='last day')),
                ('by_email', models.BooleanField(default=False, verbose_name='also by email')),
                ('statuses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list)),
                ('plans', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
                'ordering': ['-begins', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__gte', models.F('begins'))), name='announcement_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('texts', {}), _negated=True), name='announcement_has_a_text'), models.CheckConstraint(condition=models.Q(('level__in', ['info', 'warning'])), name='announcement_level_is_known')],
            },
        ),
        migrations.CreateModel(
            name='AnnouncementReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailed_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='readers', to='hosting.announcement')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'reader of an announcement',
                'verbose_name_plural': 'readers of announcements',
                'constraints': [models.UniqueConstraint(models.F('announcement'), models.F('user'), name='announcement_reader_is_one_per_user')],
            },
        ),
    ]
