from django.db import migrations, models

import kring.core.tenancy
from kring.core.tenant_tables import TenantKey


class Migration(migrations.Migration):
    """Of payments there are none with an account yet. Accounts are never deleted alone: the key needs no index."""

    dependencies = [("payments", "0003_provider_accounts")]

    operations = [
        migrations.AddField(
            model_name='payment',
            name='fee',
            field=models.DecimalField(decimal_places=2, editable=False, max_digits=10, null=True, verbose_name='fee'),
        ),
        migrations.AddField(
            model_name='payment',
            name='is_test',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name='payment',
            name='way',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=60),
        ),
        migrations.AddField(
            model_name='payment',
            name='provider_account',
            field=kring.core.tenancy.TenantForeignKey(db_index=False, editable=False, null=True, on_delete=models.DO_NOTHING, related_name='payments', to='payments.provideraccount'),
        ),
        TenantKey("Payment", "provider_account"),
    ]
