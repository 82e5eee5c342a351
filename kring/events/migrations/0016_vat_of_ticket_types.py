
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0015_teams_do_not_wait'),
    ]

    operations = [
        migrations.AddField(
            model_name='tickettype',
            name='next_vat_exemption',
            field=models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='exempt from VAT from then on'),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='next_vat_rate',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=4, null=True, verbose_name='VAT from then on, %'),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='vat_changes_on',
            field=models.DateField(blank=True, null=True, verbose_name='VAT changes on'),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='vat_exemption',
            field=models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='exempt from VAT'),
        ),
        migrations.AddConstraint(
            model_name='tickettype',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('next_vat_exemption', ''), ('next_vat_rate', None), ('vat_changes_on', None)), models.Q(('next_vat_rate__gte', 0), ('next_vat_rate__isnull', False), ('next_vat_rate__lt', 100), ('vat_changes_on__isnull', False)), _connector='OR'), name='ticket_type_vat_changes_to_a_rate', violation_error_message='Give both the day and the rate from then on.'),
        ),
    ]
