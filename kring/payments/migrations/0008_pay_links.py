import django.db.models.deletion
import django.db.models.expressions
import kring.core.codes
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0016_reminders'),
        ('organisations', '0004_reminders'),
        ('payments', '0007_unconfirmed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PayLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', models.CharField(default=kring.core.codes.secret, editable=False, max_length=32)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='payment',
            name='payment_has_one_open_attempt_per_method',
        ),
        migrations.AddField(
            model_name='payment',
            name='payer_email',
            field=models.CharField(blank=True, db_default='', default='', max_length=254),
        ),
        migrations.AddField(
            model_name='payment',
            name='payer_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('order'), models.F('method'), models.F('payer_email'), condition=models.Q(('state__in', ['created', 'pending'])), name='payment_has_one_open_attempt_per_method'),
        ),
        migrations.AddField(
            model_name='paylink',
            name='order',
            field=kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='pay_links', to='billing.order'),
        ),
        migrations.AddField(
            model_name='paylink',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddConstraint(
            model_name='paylink',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('secret'), name='pay_link_secret_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='paylink',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('order'), condition=models.Q(('revoked_at', None)), name='order_has_one_live_pay_link'),
        ),
        TenantTable("PayLink"),
    ]
