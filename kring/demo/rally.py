"""The rally's questions to its scouts, and their answers (document 001)."""

from __future__ import annotations

import random
from datetime import date, timedelta

from stdnum.pl import pesel

from kring.demo.people import Person
from kring.events.models import Attraction
from kring.forms.known import INSTRUCTOR_RANKS, SCOUT_RANKS
from kring.forms.sheet import ChoiceWish, QuestionWish

SHIRTS = [("XS", 150), ("S", 400), ("M", 700), ("L", 600), ("XL", 300)]
DIETS = [
    ("Wszystko jem", "all"),
    ("Wegetariańska", "vegetarian"),
    ("Wegańska", "vegan"),
    ("Bez glutenu", "gluten_free"),
]
SKILLS = [("Mapa i kompas", "map"), ("Pierwsza pomoc", "first_aid"), ("Pionierka", "pioneering"), ("Śpiew", "song")]
CITIES = [
    ("Kraków", "31-131"),
    ("Tarnów", "33-100"),
    ("Nowy Sącz", "33-300"),
    ("Bochnia", "32-700"),
    ("Łódź", "90-001"),
]
STREETS = ["ul. Długa", "ul. Leśna", "ul. Harcerska", "os. Złotej Jesieni", "ul. Kościuszki", "al. Róż"]


Said = tuple[dict[str, object], dict[str, object]]
LAS_NAME, MASTERS_NAME = "LAS", "Zlot harcmistrzów"


def _choices(pairs: list[tuple[str, str]]) -> tuple[ChoiceWish, ...]:
    return tuple(ChoiceWish(label, value) for label, value in pairs)


CONSENT = QuestionWish(
    type="consent",
    name="consent",
    label="Zgadzam się na udział i na przetwarzanie moich danych na potrzeby zlotu.",
    requirement="required",
)
LAS = (
    QuestionWish(
        label="Drużyna", name="troop", help="Pełna nazwa, np. 5 KDH „Zielona Piątka”.", requirement="required"
    ),
    QuestionWish(label="Telefon w nagłych wypadkach", name="emergency_phone", type="phone", requirement="required"),
    QuestionWish(label="Dieta", name="diet", type="choice", requirement="required", choices=_choices(DIETS)),
    QuestionWish(label="Czy masz alergie?", name="allergies", type="yes_no", requirement="required"),
    QuestionWish(
        label="Na co?",
        name="allergies_to",
        type="long_text",
        requirement="required",
        shown_if="allergies",
        shown_if_values=("yes",),
    ),
    QuestionWish(
        label="Rozmiar koszulki",
        name="shirt",
        type="choice",
        requirement="required",
        choices=tuple(ChoiceWish(size, size.lower(), places=places) for size, places in SHIRTS),
    ),
    QuestionWish(label="Czego chcesz się nauczyć?", name="skills", type="choices", choices=_choices(SKILLS)),
    QuestionWish(label="Ile zlotów masz za sobą?", name="rallies", type="number", minimum=0, maximum=60),  # type: ignore[arg-type]
    QuestionWish(
        label="Zgoda rodziców",
        name="permission",
        type="file",
        accepts=("pdf", "picture"),
        help="Dla niepełnoletnich: podpisana karta, jako PDF albo zdjęcie.",
    ),
    CONSENT,
)
MASTERS = (
    QuestionWish(label="O czym chcesz porozmawiać?", name="topic", type="long_text"),
    QuestionWish(label="Dieta", name="diet", type="choice", requirement="required", choices=_choices(DIETS)),
    CONSENT,
)


class Scouts:
    """The answers of each of them; the same each time."""

    def __init__(self, today: date, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 — a demo, not a secret
        self.today = today

    def __call__(self, person: Person, attraction: Attraction) -> Said:
        """Their basic data, and their answers to the attraction's own form."""
        own = {LAS_NAME: self.las, MASTERS_NAME: self.masters}.get(attraction.name)
        rank = "hm" if attraction.name == MASTERS_NAME else ""
        return self.basic(person, rank=rank), own() if own else {}

    def basic(self, person: Person, *, rank: str = "") -> dict[str, object]:
        first, _space, last = person.name.partition(" ")
        city, code = self.dice.choice(CITIES)
        return {
            "first_name": first,
            "last_name": last,
            "pesel": self._pesel(is_woman=first.endswith("a")),
            "membership_card": f"AA{self.dice.randint(100_000, 999_999)}",
            "street": f"{self.dice.choice(STREETS)} {self.dice.randint(1, 120)}",
            "postal_code": code,
            "city": city,
            "country": "PL",
            "scout_rank": self.dice.choice(list(SCOUT_RANKS)[2:]),
            "instructor_rank": rank or self.dice.choice(list(INSTRUCTOR_RANKS)),
        }

    def las(self) -> dict[str, object]:
        dice = self.dice
        answers: dict[str, object] = {
            "troop": f"{dice.randint(1, 120)} {dice.choice(['KDH', 'DH', 'DW', 'WDH'])}",
            "emergency_phone": f"+48{dice.randint(500_000_000, 899_999_999)}",
            "diet": dice.choices([value for _label, value in DIETS], [70, 18, 6, 6])[0],
            "allergies": dice.random() < 0.15,
            "shirt": dice.choices([size.lower() for size, _places in SHIRTS], [1, 3, 5, 4, 2])[0],
            "skills": [value for _label, value in SKILLS if dice.random() < 0.4],
            "rallies": str(dice.randint(0, 20)),
            "consent": True,
        }
        if answers["allergies"]:
            answers["allergies_to"] = dice.choice(["Orzechy", "Mleko", "Pyłki traw", "Jad os", "Gluten"])
        return {name: answer for name, answer in answers.items() if answer != []}

    def masters(self) -> dict[str, object]:
        return {"diet": self.dice.choice(["all", "vegetarian"]), "consent": True}

    def _pesel(self, *, is_woman: bool) -> str:
        """Of somebody of 17 to 45 years."""
        born = self.today - timedelta(days=self.dice.randint(17 * 366, 45 * 365))
        month = born.month + (20 if born.year >= 2000 else 0)
        last = self.dice.choice((0, 2, 4, 6, 8) if is_woman else (1, 3, 5, 7, 9))
        number = f"{born.year % 100:02}{month:02}{born.day:02}{self.dice.randint(0, 999):03}{last}"
        return number + pesel.calc_check_digit(number)
