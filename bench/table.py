"""The results as Markdown, ours beside the best open peer's on a machine of the same size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.meters import Reading

# Two cores, database and load generator on the same machine; complete free orders, the same five pages.
PEER_ORDERS = "2.0/s; 12 requests, 351 statements, 740 ms CPU"
PEER_DOORS = "37/s, p99 318 ms; 29 statements"
PEER_PAGE = "53/s; 10 statements"
PEER_LIST = "81 ms"
PEER_SEARCH = "1.1 s for an order by e-mail or code"
PEER_LIST_OF_MANY = "114 ms"
PEER_EXPORT = "21,571 orders: 132 s, 188,054 statements, 446 MB"
PEER_MEMORY = "265 MB"
PEER_WAITING = "500 of 1,000 entries: 8.7 s, 7,020 statements"


@dataclass(frozen=True)
class Result:
    name: str
    clients: int
    outcomes: dict[str, int]
    seconds: list[float]
    requests: int
    lasted: float
    # CPU seconds of the generator itself.
    cpu: float
    used: Reading

    @property
    def done(self) -> int:
        return sum(number for outcome, number in self.outcomes.items() if not outcome.startswith("FAILED"))

    @property
    def rate(self) -> float:
        return self.done / self.lasted

    def percentile(self, share: float) -> float:
        """Milliseconds; `seconds` are sorted."""
        return 1000 * self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))]

    @property
    def times(self) -> str:
        return " / ".join(f"{self.percentile(share):.0f}" for share in (0.5, 0.95, 0.99))

    def each(self, total: float) -> float:
        return total / max(self.done, 1)


@dataclass(frozen=True)
class Row:
    what: str
    rate: str
    times: str
    costs: str
    generator: str
    peer: str = ""


HEAD = """\
| measured | ours | p50 / p95 / p99 ms | each costs | generator's CPU | best peer |
|---|---|---|---|---|---|"""


def line(row: Row) -> str:
    return f"| {row.what} | {row.rate} | {row.times} | {row.costs} | {row.generator} | {row.peer} |"


def statements(result: Result, counted: Sequence[tuple[str, int]]) -> str:
    """How often each was asked for one of what was measured, in the order in which they were first asked."""
    lines = [f"{result.name}: {result.done} times, each asked of the database"]
    lines += [f"{result.each(calls):8.2f} × {' '.join(text.split())}" for text, calls in counted]
    return "\n".join(lines)


def _row(result: Result, what: str, unit: str, peer: str) -> Row:
    used = result.used
    costs = (
        f"{result.each(result.requests):.1f} requests, {result.each(used.statements):.0f} statements, "
        f"{1000 * result.each(used.cpu):.1f} ms CPU ({1000 * result.each(used.web):.1f} web, "
        f"{1000 * result.each(used.postgres):.1f} database)"
    )
    generator = f"{100 * result.cpu / result.lasted:.0f} % of a core"
    return Row(what, f"**{result.rate:.1f} {unit}/s**", result.times, costs, generator, peer)


def orders(result: Result) -> Row:
    buyers = f"{result.clients} buyer{'s' if result.clients > 1 else ''}"
    return _row(result, f"Complete free orders, {buyers}", "orders", PEER_ORDERS)


def inside(reported: dict[str, Any]) -> Row:
    """Of one order, at its least, in one process."""
    python, database = (each / 1e6 for each in (sum(reported["python"]), reported["database"]))
    each = " / ".join(f"{nanoseconds / 1e6:.1f}" for nanoseconds in reported["python"])
    costs = f"at least {python:.1f} ms CPU of Python ({each}), {database:.1f} ms of the database"
    return Row("A free order in one process, five requests", f"**{reported['calls']:,} calls**", "", costs, "")


def bare(result: Result) -> Row:
    what = f"Five requests to an empty view with one statement, {result.clients} at once"
    return _row(result, what, "times five", "")


def rush(result: Result) -> Row:
    sold, refused = result.outcomes.get("bought", 0), result.outcomes.get("sold out", 0)
    what = f"Rush: {result.clients} buyers, 200 places: {sold} sold, {refused} told so, in {result.lasted:.1f} s"
    return _row(result, what, "buyers", "")


def doors(result: Result) -> Row:
    doors = f"{result.clients} door{'s' if result.clients > 1 else ''}"
    return _row(result, f"Tickets checked in, {doors}", "tickets", PEER_DOORS if result.clients > 1 else "")


def pages(result: Result, what: str) -> Row:
    return _row(result, what, "pages", PEER_PAGE)


def listing(result: Result) -> Row:
    return _row(result, "Staff's list of registrations of all events, 108,000 rows", "pages", PEER_LIST)


def of_the_list(result: Result, what: str) -> Row:
    peer = PEER_SEARCH if what.startswith("search") else PEER_LIST_OF_MANY if what == "first page" else ""
    return _row(result, f"List, 100,000 × 20 answers: {what}", "pages", peer)


def of_the_register(result: Result, what: str) -> Row:
    return _row(result, f"Members, 100,000 × 15 own fields: {what}", "pages", "")


def importing(reported: dict[str, Any]) -> list[Row]:
    few, many, again = reported["few"], reported["many"], reported["again"]
    costs = f"{many['statements']} statements ({few['statements']} for 500 rows), at most {many['megabytes']} MB"
    added = reported["results"].get("added", 0)
    return [
        Row("Import of 50,000 members: read and tried", f"**{many['seconds']:.1f} s**", "", costs, ""),
        Row(f"{added:,} members imported", f"**{reported['import']:.1f} s**", "", "", ""),
        Row("The same file tried again", f"**{again['seconds']:.1f} s**", "", f"{again['statements']} statements", ""),
    ]


def export(result: Result, form: str, most: int) -> Row:
    what = f"Export of all 100,000 with 25 columns, {form}, its worker at most {most} MB (PSS)"
    return _row(result, what, "files", PEER_EXPORT if form == "xlsx" else "")


def waiting(few: dict[str, Any], many: dict[str, Any], joining: dict[str, Any]) -> list[Row]:
    what = f"Waiting list of 10,000: {many['invited']:,} places freed, all invited, mails queued"
    costs = f"{many['statements']} statements ({few['statements']} for {few['invited']})"
    each = joining["each"]
    times = " / ".join(f"{1000 * each[int(len(each) * share)]:.0f}" for share in (0.5, 0.95, 0.99))
    rate = f"**{joining['joined'] / joining['seconds']:.0f}/s**"
    return [
        Row(what, f"**{many['seconds']:.1f} s**", "", costs, "", PEER_WAITING),
        Row(f"{joining['joined']:,} join a waiting list, 32 at once", rate, times, "", ""),
    ]


def payments(apart: dict[str, Any], notices: dict[str, Any], refund: dict[str, Any]) -> list[Row]:
    steps = [
        f"{step}: {apart['stripe'][step]} ({apart['transfer'][step]} by transfer)"
        for step in ("booking", "starting", "completing")
    ]
    many = refund["asked"]
    each = [f"{number / many:.1f} for {step}" for step, number in refund["statements"].items()]
    return [
        Row("An order paid at a provider, statements", "", "", ", ".join(steps), ""),
        Row(
            f"{notices['applied']:,} notices delivered at once, each twice, and applied",
            f"**{notices['applied'] / notices['seconds']:.0f}/s**",
            "",
            f"answered {2 * notices['applied'] / notices['delivered']:.0f}/s",
            "",
        ),
        Row(
            f"{many:,} payments of an event refunded",
            f"**{many / refund['seconds']:.0f}/s**",
            "",
            f"statements each: {', '.join(each)}",
            "",
        ),
    ]


def _cost(what: str, cost: dict[str, Any], more: str = "") -> Row:
    """Of something measured in one process: `counting.Cost`."""
    cpu = (
        f"{cost['python'] + cost['database']:.1f} s CPU ({cost['python']:.1f} Python, {cost['database']:.1f} database)"
    )
    return Row(what, f"**{cost['seconds']:.1f} s**", "", f"{cost['statements']} statements{more}, {cpu}", "")


def dues(reported: dict[str, Any]) -> list[Row]:
    costs, made = reported["costs"], reported["made"]
    few = f" ({costs['few']['statements']} for 500 members)"
    return [
        _cost(f"Contributions of {made:,} members: the dry run", costs["plan"]),
        _cost("… made, on their bills", costs["run"], few),
        _cost("… again: nothing is due any more", costs["again"]),
        _cost(f"… {reported['mails']:,} bills announced by email", costs["tell"]),
        _cost(f"… of the next year, {reported['all']:,} then", costs["next"]),
    ]


def of_contributions(result: Result, what: str, rows: int) -> Row:
    return _row(result, f"Contributions, {rows:,}: {what}", "pages", "")


def deletion(reported: dict[str, Any]) -> list[Row]:
    """Seconds are sorted."""

    def times(seconds: list[float]) -> str:
        return " / ".join(
            f"{1000 * seconds[min(len(seconds) - 1, int(len(seconds) * at))]:.0f}" for at in (0.5, 0.95, 1)
        )

    more = (
        f", the longest transaction {1000 * reported['longest']:.0f} ms, {reported['turns']} turns of the worker,"
        f" at most {reported['megabytes']} MB"
    )
    what = f"An organisation with {reported['registrations']:,} registrations, deleted"
    return [
        _cost(what, reported["cost"], more),
        Row("… orders of another one before", "", times(reported["before"]), "p50 / p95 / slowest", ""),
        Row("… and meanwhile", f"{len(reported['meanwhile'])} orders", times(reported["meanwhile"]), "", ""),
    ]


def collections(few: dict[str, Any], many: dict[str, Any]) -> list[Row]:
    costs, number = many["costs"], many["planned"]

    def compared(step: str) -> str:
        return f" ({few['costs'][step]['statements']} for {few['planned']})"

    return [
        _cost(f"Collection of {number:,} debits: the dry run", costs["plan"], compared("plan")),
        _cost("… announced, with an email each", costs["announce"], compared("announce")),
        _cost(f"… released: a file of {many['megabytes']:.0f} MB, valid", costs["release"], compared("release")),
        _cost("… booked, part by part", costs["book"], f", {costs['book']['statements'] / number:.1f} each"),
    ]


def statements_of_a_bank(few: dict[str, Any], many: dict[str, Any]) -> list[Row]:
    costs, number = many["costs"], many["lines"]

    def compared(step: str) -> str:
        return f" ({few['costs'][step]['statements']} for {few['lines']})"

    return [
        _cost(f"Statement of {number:,} lines, read and imported", costs["upload"], compared("upload")),
        _cost(f"… matched: {many['meant'].get('orders', 0):,} known", costs["match"], compared("match")),
        _cost("… the same lines in another file: nothing is new", costs["again"], compared("again")),
        _cost(
            f"… {many['booked']:,} booked by themselves", costs["book"],
            f", {costs['book']['statements'] / max(many['booked'], 1):.1f} each",
        ),
    ]  # fmt: skip


def memory(workers: Sequence[dict[str, int]]) -> Row:
    largest = max(workers, key=lambda worker: worker["pss"])
    text = f"**{largest['pss']} MB**"
    return Row("Memory of a worker after all this (PSS)", text, "", f"peak {largest['peak']} MB", "", PEER_MEMORY)
