import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('dues', '0050_money_is_followed_in_bulk'),
        ('organisations', '0006_disputes_bar_tickets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='surcharge',
            name='is_donation',
            field=models.BooleanField(db_default=False, default=False, verbose_name='is a donation'),
        ),
        migrations.CreateModel(
            name='DonationReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('sequence', models.PositiveIntegerField(verbose_name='number')),
                ('donor', models.CharField(max_length=260)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('email', models.CharField(blank=True, max_length=254, verbose_name='email')),
                ('address', models.JSONField(default=list)),
                ('language', models.CharField(max_length=5)),
                ('currency', models.CharField(max_length=3)),
                ('total', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='amount')),
                ('gifts', models.JSONField(default=list)),
                ('recognition', models.TextField(blank=True)),
                ('signed_by', models.CharField(blank=True, max_length=200)),
                ('contents', models.BinaryField(null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('payer', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='donation_receipts', to='dues.payer')),
            ],
            options={
                'verbose_name': 'receipt of donations',
                'verbose_name_plural': 'receipts of donations',
                'ordering': ['-year', 'sequence'],
                'indexes': [models.Index(models.F('organisation'), models.F('payer'), name='donation_receipts_of_a_payer')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('year'), models.F('sequence'), name='donation_receipt_has_its_number'), models.UniqueConstraint(models.F('organisation'), models.F('year'), models.F('donor'), name='donation_receipt_is_made_once'), models.CheckConstraint(condition=models.Q(('total__gt', Decimal('0'))), name='donation_receipt_is_of_something')],
            },
        ),
        migrations.CreateModel(
            name='DonationSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recognition', models.TextField(help_text='What tax offices want to read: by whom and as what you are recognised, under which number.', max_length=3000, verbose_name='recognition')),
                ('smallest', models.DecimalField(decimal_places=2, default=Decimal('0.01'), help_text='Given in the year by one person, together. In Belgium 40.', max_digits=8, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='receipts from')),
                ('signed_by', models.CharField(blank=True, max_length=200, verbose_name='signed by')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'settings of donations',
                'verbose_name_plural': 'settings of donations',
                'constraints': [models.UniqueConstraint(models.F('organisation'), name='donation_settings_are_one_per_organisation'), models.CheckConstraint(condition=models.Q(('smallest__gt', Decimal('0'))), name='donation_receipts_are_of_something')],
            },
        ),
        TenantTable("DonationReceipt"),
        TenantTable("DonationSettings"),
    ]
