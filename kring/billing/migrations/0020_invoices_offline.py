from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0019_channel_accounts'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoicedelivery',
            name='certificate_link',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=1000),
        ),
        migrations.AddField(
            model_name='invoicedelivery',
            name='due_on',
            field=models.DateField(editable=False, null=True, verbose_name='to be handed over by'),
        ),
        migrations.AddField(
            model_name='invoicedelivery',
            name='offline_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='issued offline'),
        ),
        migrations.AddField(
            model_name='invoicedelivery',
            name='warned_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
