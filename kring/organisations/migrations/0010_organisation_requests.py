import django.db.models.deletion
import django.utils.timezone
import kring.organisations.models.request
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0009_blocked_reason'),
    ]

    operations = [
        migrations.CreateModel(
            name='OrganisationRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('type', models.CharField(blank=True, max_length=100, verbose_name='type')),
                ('city', models.CharField(max_length=100, verbose_name='city')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('contact_name', models.CharField(max_length=200, verbose_name='your name')),
                ('contact_email', models.EmailField(max_length=254, verbose_name='your email')),
                ('subdomain', models.CharField(max_length=63, verbose_name='address')),
                ('skeleton', models.CharField(max_length=63)),
                ('language', models.CharField(choices=[('en', 'English'), ('nl', 'Dutch'), ('pl', 'Polish')], max_length=5)),
                ('terms_url', models.CharField(blank=True, max_length=1000)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('asked_from', models.GenericIPAddressField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(default=kring.organisations.models.request.in_two_days)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'request for an organisation',
                'verbose_name_plural': 'requests for organisations',
                'constraints': [models.UniqueConstraint(models.F('skeleton'), condition=models.Q(('confirmed_at', None)), name='organisation_request_keeps_its_address')],
            },
        ),
    ]
