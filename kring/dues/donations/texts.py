"""What tax offices of some countries want to read on a receipt, to begin with: an organisation fills in the rest."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BY_COUNTRY: Mapping[str, str | Promise] = {
    "BE": _(
        "We are recognised to give tax receipts, number …, for donations from … to ….\n"
        "Donations of € 40 or more in a calendar year give right to a tax reduction (article 145/33 of the Belgian"
        " Income Tax Code 1992). Nothing was given in return for them."
    ),
    "NL": _(
        "We are a public benefit organisation (ANBI), RSIN …. This was a gift: nothing was given in return for it."
    ),
    # Its words are laid down in German.
    "DE": (
        "Bestätigung über Geldzuwendungen im Sinne des § 10b des Einkommensteuergesetzes.\n"
        "Wir sind wegen Förderung … nach dem Freistellungsbescheid des Finanzamts …, StNr. …, vom … für den letzten"
        " Veranlagungszeitraum … nach § 5 Abs. 1 Nr. 9 KStG von der Körperschaftsteuer befreit.\n"
        "Es wird bestätigt, dass die Zuwendung nur zur Förderung … verwendet wird. Es handelt sich nicht um den"
        " Verzicht auf Erstattung von Aufwendungen."
    ),
    "PL": (
        "Darowizna na cele określone w art. 4 ustawy o działalności pożytku publicznego i o wolontariacie"
        " (art. 26 ust. 1 pkt 9 lit. a ustawy o podatku dochodowym od osób fizycznych).\n"
        "Obdarowany: KRS …, NIP …. Darowiznę przyjęto i przeznaczono na cele statutowe."
    ),
}
SMALLEST: Mapping[str, Decimal] = {"BE": Decimal(40)}


def suggested(country: str) -> str:
    return str(BY_COUNTRY.get(country, ""))
