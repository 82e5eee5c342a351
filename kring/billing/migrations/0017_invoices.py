import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from django.db import migrations, models

from kring.core.sql_files import InstallSql
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0016_reminders'),
        ('organisations', '0003_tax_statuses'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='invoice_requested_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('invoice', 'invoice'), ('credit', 'credit note')], max_length=10, verbose_name='kind')),
                ('prefix', models.CharField(max_length=20)),
                ('year', models.PositiveSmallIntegerField()),
                ('sequence', models.PositiveIntegerField()),
                ('number', models.CharField(max_length=40, verbose_name='number')),
                ('is_test', models.BooleanField(default=False, verbose_name='test')),
                ('issued_on', models.DateField(verbose_name='date')),
                ('language', models.CharField(max_length=5)),
                ('currency', models.CharField(max_length=3)),
                ('total', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='total')),
                ('buyer', models.CharField(max_length=200, verbose_name='buyer')),
                ('contents', models.JSONField()),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('corrects', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='credit_notes', to='billing.invoice')),
                ('order', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='invoices', to='billing.order')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'invoice',
                'verbose_name_plural': 'invoices',
                'indexes': [models.Index(models.F('organisation'), models.OrderBy(models.F('issued_on'), descending=True), models.OrderBy(models.F('id'), descending=True), name='invoice_newest_first'), models.Index(models.F('organisation'), models.F('corrects'), name='credit_notes_of_an_invoice')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('prefix'), models.F('year'), models.F('sequence'), name='invoice_number_is_drawn_once'), models.UniqueConstraint(models.F('organisation'), models.F('number'), name='invoice_number_is_unique'), models.UniqueConstraint(models.F('organisation'), models.F('order'), models.F('position'), name='invoice_has_its_position'), models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='invoice_total_is_not_negative'), models.CheckConstraint(condition=models.Q(('sequence__gte', 1)), name='invoice_numbers_begin_at_one'), models.CheckConstraint(condition=models.Q(models.Q(('corrects', None), ('kind', 'invoice')), models.Q(('corrects__isnull', False), ('kind', 'credit')), _connector='OR'), name='credit_note_names_its_invoice')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company', models.CharField(blank=True, max_length=200, verbose_name='company or organisation')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('street', models.CharField(max_length=200, verbose_name='street and number')),
                ('postal_code', models.CharField(max_length=20, verbose_name='postal code')),
                ('city', models.CharField(max_length=100, verbose_name='city')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('vat_number', models.CharField(blank=True, max_length=20, verbose_name='VAT number')),
                ('vat_check', models.CharField(blank=True, choices=[('', '—'), ('valid', "confirmed by the EU's service"), ('invalid', "unknown to the EU's service"), ('silent', "the EU's service did not answer")], default='', max_length=10)),
                ('reference', models.CharField(blank=True, max_length=100, verbose_name='your order reference')),
                ('email', models.EmailField(max_length=254, verbose_name='email for the invoice')),
                ('requested_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('made_at', models.DateTimeField(editable=False, null=True)),
                ('order', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='invoice_requests', to='billing.order')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'indexes': [models.Index(models.F('requested_at'), condition=models.Q(('made_at', None)), name='invoice_request_open')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('order'), name='invoice_is_requested_once_per_order')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(max_length=20)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
                ('checked_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('prefix'), models.F('year'), name='invoice_series_is_one_per_year')],
            },
        ),
        migrations.CreateModel(
            name='InvoiceSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('legal_name', models.CharField(max_length=200, verbose_name='name on invoices')),
                ('street', models.CharField(max_length=200, verbose_name='street and number')),
                ('postal_code', models.CharField(max_length=20, verbose_name='postal code')),
                ('city', models.CharField(max_length=100, verbose_name='city')),
                ('registration_number', models.CharField(blank=True, help_text='Of the chamber of commerce or the register of associations.', max_length=40, verbose_name='registration number')),
                ('tax_number', models.CharField(blank=True, help_text='Needed where the organisation has no VAT number.', max_length=40, verbose_name='tax number')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='at the foot of each invoice')),
                ('days_to_ask', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='days to ask for an invoice after paying')),
                ('days_to_pay', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='days to pay an unpaid invoice')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'settings of invoices',
                'verbose_name_plural': 'settings of invoices',
                'constraints': [models.UniqueConstraint(models.F('organisation'), name='invoice_settings_are_one_per_organisation')],
            },
        ),
        TenantTable("InvoiceSettings"),
        TenantTable("InvoiceRequest", platform="SELECT"),
        TenantTable("InvoiceSeries", platform="SELECT"),
        TenantTable("Invoice"),
        InstallSql("invoices_stay", version=1, digest="70a8ed99088e"),
    ]
