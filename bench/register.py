"""What a secretary asks of a register of 100,000 members with fifteen own fields: addresses, and what to call them."""

from __future__ import annotations

PAGES = {
    "first page": "",
    "page 2,000": "?page=2000",
    "in order of the number": "?sort=number",
    "in order of the date of birth": "?sort=-birth_date",
    "in order of the status": "?sort=state",
    "in order of the city": "?sort=city",
    "in order of the email": "?sort=email",
    "in order of the first day": "?sort=joined_on",
    "in order of an own text": "?sort=own-troop",
    "in order of an own number": "?sort=own-distance",
    "in order of an own choice": "?sort=own-shirt",
    "born in 2012, no consent to photos": "?born=2012&photo=no",
    "members now": "?state=belong",
    "of a type": "?type=1",
    "in a group": "?group=1",
    "age 12 to 18 on a day": "?age_from=12&age_until=18&age_on=2026-07-01",
    "in a city": "?city=Utrecht",
    "not in a group": "?missing=group",
    "one own choice of six": "?own-shirt=M",
    "an own number": "?own-distance.from=9000",
    "words in an own text": "?own-remarks=abc",
    "not answered": "?missing=own-diet",
    "search: a name": "?q=wisniewska",
    "search: a name and a word": "?q=lucja+kowalski",
    "search: an email": "?q=member-5000%40people.example",
    "search: a number": "?q=M4711",
    "search: what everybody has": "?q=example",
}


def page_of(query: str) -> str:
    return f"/organisation/members/{query}"
