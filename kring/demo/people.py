"""Names for a demo: common, invented, of nobody in particular."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


def _names(text: str) -> list[str]:
    return [" ".join(name.split()) for name in text.split(",")]


DUTCH = (
    _names("""
    Anouk, Bram, Carlijn, Daan, Eline, Femke, Gijs, Hanneke, Iris, Jasper, Karin, Lotte, Maarten, Noor, Olaf,
    Pieter, Quinten, Roos, Sanne, Thijs, Ursula, Vera, Wouter, Yvonne, Zoë, Joost, Marieke, Niels, Anneke, Ruben
    """),
    _names("""
    de Vries, Jansen, van den Berg, Bakker, Visser, Smit, Meijer, de Boer, Mulder, Bos, Vos, Peters, Hendriks,
    van Dijk, Dekker, Brouwer, van der Meer, Dijkstra, Kuipers, Postma, Willems, Schouten, Hoekstra, Verhoeven
    """),
)
POLISH = (
    _names("""
    Agnieszka, Bartosz, Celina, Dawid, Elżbieta, Filip, Grażyna, Hubert, Iwona, Jakub, Katarzyna, Łukasz,
    Małgorzata, Natalia, Oskar, Paweł, Róża, Stanisław, Tomasz, Urszula, Wojciech, Zofia, Żaneta, Michał
    """),
    _names("""
    Nowak, Wójcik, Kowalczyk, Kamiński, Zieliński, Szymański, Woźniak, Dąbrowski, Kozłowski, Jankowski, Mazur,
    Krawczyk, Piotrowski, Grabowski, Pawłowski, Michalski, Król, Wieczorek, Wróbel, Stępień, Górski, Sikora
    """),
)


@dataclass(frozen=True)
class Person:
    name: str
    email: str


class Crowd:
    """The same people each time: a demo that changes by itself confuses."""

    def __init__(self, names: tuple[list[str], list[str]], domain: str, seed: int, known: Iterable[str] = ()) -> None:
        """`known`: addresses of those who registered before."""
        self.names = names
        self.domain = domain
        self.dice = random.Random(seed)  # noqa: S311 — a demo, not a secret
        self.known = {address.partition("@")[0] for address in known}

    def next(self) -> Person:
        first, last = self.dice.choice(self.names[0]), self.dice.choice(self.names[1])
        local = _plain(f"{first}.{last}")
        while local in self.known:
            local += str(self.dice.randint(2, 99))
        self.known.add(local)
        return Person(f"{first} {last}", f"{local}@{self.domain}")


def _plain(name: str) -> str:
    """The letters allowed in an email address."""
    name = name.lower().replace("ł", "l").replace(" ", "")
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
