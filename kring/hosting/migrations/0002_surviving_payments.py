from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hosting', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SurvivingPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(unique=True)),
                ('provider', models.CharField(max_length=40, verbose_name='provider')),
                ('provider_id', models.CharField(blank=True, max_length=200)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('currency', models.CharField(max_length=3)),
                ('state', models.CharField(max_length=20, verbose_name='state')),
                ('paid_at', models.DateTimeField(null=True)),
                ('is_test', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'payment of a deleted organisation',
                'verbose_name_plural': 'payments of deleted organisations',
            },
        ),
    ]
