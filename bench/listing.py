"""What an organiser asks of her list of 100,000 people with twenty answers each: addresses, and what to call them."""

from __future__ import annotations

PAGES = {
    "first page": "",
    "in order of an answer": "?sort=a.troop",
    "in order of the name": "?sort=name",
    "in order of the state": "?sort=state",
    "in order of the price": "?sort=price",
    "in order of the order's state": "?sort=order_state",
    "in order of the payment": "?sort=payment",
    "in order of the way to pay": "?sort=method",
    "in order of the check-in": "?sort=admitted_at",
    "in order of the order's state, page 2,000": "?sort=order_state&page=2000",
    "in order of an answer, page 2,000": "?sort=a.last_name&page=2000",
    "one choice of six": "?a.shirt=M",
    "four filters, order of an answer": "?state=completed&a.diet=vegan&a.swims=true&a.years.from=5&sort=a.city",
    "a choice everybody took": "?a.photos=true",
    "four filters all pass, order of the price": (
        "?a.photos=true&a.years.from=0&a.arrives.from=2026-08-01&a.birth_date.from=1990-01-01&sort=price"
    ),
    "two filters, order of the payment, page 500": "?order_state=paid&a.photos=true&sort=-payment&page=500",
    "words in an answer": "?a.last_name=wisn",
    "search: a name and a word": "?q=lucja+kowalski",
    "search: an e-mail": "?q=list-5000%40people.example",
    "search: an order number": "?q=L4711",
    "search: a typing mistake": "?q=kowalksi",
    "search: what everybody has": "?q=example",
}
COLUMNS = [
    *("name", "email", "state", "number", "created_at"),
    *("a.first_name", "a.last_name", "a.street", "a.postal_code", "a.city", "a.country", "a.birth_date", "a.phone"),
    *("a.shirt", "a.diet", "a.workshops", "a.swims", "a.photos", "a.years", "a.distance", "a.arrives", "a.troop"),
    *("a.remarks", "a.guardian", "a.bus"),
]


def page_of(event: int, query: str) -> str:
    return f"/organisation/events/{event}/registrations/{query}"


def export_of(event: int, form: str) -> str:
    columns = "&".join(f"col={key}" for key in COLUMNS)
    return f"/organisation/events/{event}/registrations/export/?form={form}&sort=name&{columns}"


def report_of(event: int) -> str:
    return f"/organisation/events/{event}/report/"
