from importlib import import_module

from django.db import migrations

# While a pool has plenty of places left, one taken is no reason to make the page anew: what it says of them may be some
# seconds old (`events.freshness`). Of the last ones each counts, as before; of places without a limit none does.
BEFORE = import_module("kring.events.migrations.0007_pages_of_all_listed_events").AFTER
AFTER = BEFORE
for pool in ("ep", "ap", "tp"):
    plenty = f"CASE WHEN {pool}.capacity - {pool}.taken > 50 THEN 'plenty' WHEN {pool}.capacity IS NULL THEN 'no limit'"
    AFTER = AFTER.replace(f"{pool}.xmin", f"{plenty} ELSE {pool}.xmin::text END")


class Migration(migrations.Migration):
    dependencies = [("events", "0011_what_the_clock_looks_at")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
