from django.contrib.postgres.operations import CreateExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0010_applications")]

    operations = [CreateExtension("fuzzystrmatch")]
