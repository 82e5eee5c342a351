"""What members owe (C1): one pure function says it, and everything asks it.

known = fees.tables()
for period in fees.periods_on(known, day): …
for household in fees.facts(members, period):
    for owed in fees.work_out(household, known, period): …
"""

from kring.dues.fees.loading import facts, tables
from kring.dues.fees.owing import HouseholdFacts, LeftOut, MemberFacts, Owed, OwedKind, work_out
from kring.dues.fees.periods import Period
from kring.dues.fees.tables import Table, Tables, periods_of, periods_on

__all__ = [
    "HouseholdFacts",
    "LeftOut",
    "MemberFacts",
    "Owed",
    "OwedKind",
    "Period",
    "Table",
    "Tables",
    "facts",
    "periods_of",
    "periods_on",
    "tables",
    "work_out",
]
