"""The list of members: how many there are of each status, and the members of a page (M1).

At a hundred thousand members each is looked at once where something is filtered; nobody but those of the page where
nothing is. An order by an own field goes along the index of the answers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, F, OrderBy, OuterRef, QuerySet

from kring.members.models import Application, Member
from kring.members.own_fields import OwnField

# Filters differ by a factor of a hundred thousand in how many rows they find: each statement is planned for its own
# values, its result is held in memory, and what a filter finds in another table is never looked up row by row. What an
# index has in order is not sorted.
SETTINGS = (
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '64MB', true),"
    " set_config('enable_nestloop', 'off', true), set_config('enable_sort', 'off', true)"
)
# It is planned by the time it sets these back.
LOOK = """
WITH matching ({names}) AS MATERIALIZED ({matching})
SELECT state, count(*), NULL FROM matching GROUP BY state
UNION ALL
SELECT set_config('enable_nestloop', 'on', true) || set_config('enable_sort', 'on', true), 0, ARRAY({page})
"""
PAGE = "SELECT key FROM matching WHERE {which} ORDER BY {order}, key DESC LIMIT %s OFFSET %s"
# Submissions, along the index of the answers and no further than to the end of the page: a join would lose the order.
ANSWERED = """
SELECT submission FROM ({answers}) AS answer (submission, by)
WHERE (submission IN (SELECT submission FROM matching WHERE {which})) IS TRUE
ORDER BY by {direction}, submission {direction} LIMIT %s OFFSET %s
"""


@dataclass(frozen=True)
class Look:
    """`counts` of each status, whichever of them is wanted; `total` of those that are; `keys` of one page, in order."""

    counts: Mapping[str, int]
    total: int
    keys: Sequence[int]


@dataclass(frozen=True)
class Listing:
    """`rows`: members found, of any status, in the order of expressions on names; `states`: those wanted, none: any.

    `own`: the fields they may be sorted by, by the name it has among the rows' annotations.
    """

    rows: QuerySet
    states: Collection[str] = ()
    own: Mapping[str, OwnField] | None = None

    def look(self, offset: int, limit: int) -> Look:
        """How many there are, and the members at that offset. Two statements, by an own field at most five."""
        try:
            counts, keys = self._look_along_indexes(offset, limit) if self._is_plain else self._look_once(offset, limit)
        except EmptyResultSet:
            return Look({}, 0, [])
        total = sum(number for state, number in counts.items() if not self.states or state in self.states)
        if self._own is not None:
            keys = self._of_submissions(keys)
            if len(keys) < limit and offset + len(keys) < total:
                keys += self._not_answered(offset, limit, found=len(keys))
        return Look(counts, total, keys)

    @property
    def _is_plain(self) -> bool:
        """Only the status is filtered, or nothing."""
        is_plain: bool = self.rows.query.where == Member.objects.all().query.where
        return is_plain and not (self._own and self.states)

    def _look_along_indexes(self, offset: int, limit: int) -> tuple[dict[str, int], list[int]]:
        counts = dict(self.rows.order_by().values_list("state").annotate(number=Count("*")))
        rows = self._wanted.order_by(*self._order, "-pk").values_list("pk", flat=True)
        if self._own is not None:
            # Whoever has answered is a member, or applies to be one.
            applicants = Application.objects.exclude(submission=None).values("submission")
            direction = "-" if self._order[0].descending else ""
            rows = self._own.answers.exclude(submission__in=applicants).values_list("submission", flat=True)
            rows = rows.order_by(f"{direction}by", f"{direction}submission_id")
        return counts, list(rows[offset : offset + limit])

    def _look_once(self, offset: int, limit: int) -> tuple[dict[str, int], list[int]]:
        sql, values = self._statement(offset, limit)
        with connection.cursor() as cursor:
            cursor.execute(SETTINGS)
            cursor.execute(sql, values)
            *counted, (_state, _number, keys) = cursor.fetchall()
        return {state: number for state, number, _keys in counted}, keys

    @property
    def _wanted(self) -> QuerySet:
        return self.rows.filter(state__in=self.states) if self.states else self.rows

    @property
    def _order(self) -> Sequence[OrderBy]:
        order: Any = self.rows.query.order_by
        return order or [F("sorting").asc()]

    @property
    def _own(self) -> OwnField | None:
        first: Any = self._order[0].expression
        return (self.own or {}).get(first.name) if len(self._order) == 1 else None

    def _statement(self, offset: int, limit: int) -> tuple[str, list[Any]]:
        rows, which = self.rows.order_by(), "state = ANY(%s)" if self.states else "true"
        end = [*([list(self.states)] if self.states else []), limit, offset]
        if self._own is not None:
            matching, values = rows.values_list("pk", "state", "submission_id").query.sql_with_params()
            answers, of_answers = self._own.answers.values_list("submission_id", "by").query.sql_with_params()
            page = ANSWERED.format(answers=answers, which=which, direction=_direction(self._order[0]))
            sql = LOOK.format(names="key, state, submission", matching=matching, page=page)
            return sql, [*values, *of_answers, *end]
        by = {f"by_{number}": each.expression for number, each in enumerate(self._order)}
        matching, values = rows.annotate(**by).values_list("pk", "state", *by).query.sql_with_params()
        order = ", ".join(f"{name} {_direction(each)} NULLS LAST" for name, each in zip(by, self._order, strict=True))
        page = PAGE.format(which=which, order=order)
        return LOOK.format(names=", ".join(["key", "state", *by]), matching=matching, page=page), [*values, *end]

    def _of_submissions(self, submissions: Sequence[int]) -> list[int]:
        found = dict(Member.objects.filter(submission__in=submissions).values_list("submission_id", "pk"))
        return [found[each] for each in submissions if each in found]

    def _not_answered(self, offset: int, limit: int, *, found: int) -> list[int]:
        """Where the answers end."""
        assert self._own is not None
        wanted = self._wanted
        has_answered = Exists(self._own.answers.filter(submission=OuterRef("submission")))
        begin = 0 if found else offset - wanted.order_by().filter(has_answered).count()
        others = wanted.filter(~has_answered).order_by("-pk").values_list("pk", flat=True)
        return list(others[begin : begin + limit - found])


def _direction(each: OrderBy) -> str:
    return "DESC" if each.descending else "ASC"
