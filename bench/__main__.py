"""`bin/bench`: measures real journeys over HTTP, checks afterwards that nothing was sold twice, prints a table.

    bin/bench [--seconds 8] [--statements]
              [--only orders,rush,doors,page,list,members,import,waiting,payments,dues,collections,statements,
              deletion,inside,bare]

Everything runs on this machine, in a folder thrown away at the end; some 20 minutes, several of them to fill the
list. A row is printed as soon as it is measured. Exit code 1: something that must hold did not; 2: asked for what is
not known.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from typing import Any

from bench import contributions, invariants, listing, meters, register, site, table

RUSH_BUYERS = 400
BUYERS = (1, 8, 16, 32)
DOORS = (1, 8)
PARTS = (
    *("orders", "rush", "doors", "page", "list", "members", "import", "waiting", "payments"),
    *("dues", "collections", "statements", "deletion", "inside", "bare"),
)
# Measured in a process of their own, not through the web server.
APART = {"import", "waiting", "payments", "dues", "collections", "statements", "deletion"}


@dataclass
class Bench:
    site: site.Site
    facts: dict[str, Any]
    seconds: float
    tells_statements: bool = False
    faults: list[str] = field(default_factory=list)
    bought: int = 0
    codes_used: int = 0

    def play(self, name: str, journey: str, clients: int, **task: Any) -> table.Result:
        task = {"most": 1_000_000, "seconds": self.seconds, "event": "orders"} | task
        task |= {"name": name, "journey": journey, "clients": clients}
        task |= {"port": self.site.port, "facts": self.facts}
        if self.tells_statements:
            meters.forget_statements(self.site.database)
        before = self._read()
        generator = subprocess.run(
            [sys.executable, "-m", "bench.load"], input=json.dumps(task), capture_output=True, text=True, check=True
        )
        reported = json.loads(generator.stdout)
        result = table.Result(name, clients, used=self._read() - before, **reported)
        if self.tells_statements:
            print(table.statements(result, meters.statements(self.site.database)), flush=True)
        for outcome in result.outcomes:
            if outcome.startswith("FAILED"):
                self.faults.append(f"{name}: {result.outcomes[outcome]} × {outcome}")
        return result

    def _read(self) -> meters.Reading:
        return meters.read(self.site.web.pid, self.site.postgres, self.site.database)

    def add(self, row: table.Row) -> None:
        print(table.line(row), flush=True)

    def orders(self) -> None:
        for clients in BUYERS:
            result = self.play(f"orders-{clients}", "buy", clients, most=1_500)
            self.bought += result.outcomes.get("bought", 0)
            self.add(table.orders(result))
        self._expect("completed orders", invariants.completed(self.site.database, "orders"), self.bought)

    def inside(self) -> None:
        reported = json.loads(site.run(self.site.environment, module="bench.inside", given=json.dumps(self.facts)))
        self.add(table.inside(reported))
        self.bought = invariants.completed(self.site.database, "orders")

    def bare(self) -> None:
        """The same number of requests to a view that does nothing."""
        with site.bare(self.site.environment) as (port, web):
            beside = replace(self, site=replace(self.site, port=port, web=web), tells_statements=False)
            beside.play("warm-bare", "bare", 8, most=48)
            for clients in BUYERS[:1] + BUYERS[-1:]:
                self.add(table.bare(beside.play(f"bare-{clients}", "bare", clients)))

    def rush(self) -> None:
        result = self.play("rush", "buy", RUSH_BUYERS, event="rush", most=RUSH_BUYERS, seconds=100)
        sold = invariants.completed(self.site.database, "rush")
        places = self.facts["rush_places"]
        self.add(table.rush(result))
        self._expect("sold in the rush", sold, places)
        self._expect("who were told they have a place", result.outcomes.get("bought", 0), places)
        self._expect("who were told it is sold out", result.outcomes.get("sold out", 0), RUSH_BUYERS - places)

    def doors(self) -> None:
        for clients in DOORS:
            left = len(self.facts["codes"]) - self.codes_used
            result = self.play(f"doors-{clients}", "validate", clients, first=self.codes_used, most=left)
            self.codes_used += len(result.seconds)
            self.add(table.doors(result))
            if strange := {name: number for name, number in result.outcomes.items() if name != "let in"}:
                self.faults.append(f"{result.name}: {strange}")
        self._expect("let in", invariants.let_in(self.site.database), self.codes_used)

    def page(self) -> None:
        self.add(table.pages(self.play("page", "look", 8), "Event page, 8 visitors"))

    def list(self) -> None:
        self.add(table.listing(self.play("list", "list", 1, most=60)))
        event = self.facts["list_event"]
        for what, query in listing.PAGES.items():
            result = self.play(what, "open", 1, path=listing.page_of(event, query), most=20, seconds=4)
            self.add(table.of_the_list(result, what))
        for form in ("xlsx", "csv"):
            with meters.most(meters.below(self.site.web.pid)) as most:
                result = self.play(form, "open", 1, path=listing.export_of(event, form), most=1, seconds=120)
            self.add(table.export(result, form, most[0]))
        self.add(table.of_the_list(self.play("report", "open", 1, path=listing.report_of(event), most=5), "report"))

    def members(self) -> None:
        for what, query in register.PAGES.items():
            result = self.play(what, "open", 1, path=register.page_of(query), most=20, seconds=4)
            self.add(table.of_the_register(result, what))

    def importing(self) -> None:
        reported = json.loads(site.run(self.site.environment, module="bench.importing"))
        for row in table.importing(reported):
            self.add(row)
        self._expect("new members", reported["results"].get("added", 0), reported["many"]["outcomes"]["new"])
        self._expect("unchanged when tried again", reported["again"]["outcomes"].get("unchanged", 0), 50_000)

    def waiting(self) -> None:
        reported = json.loads(site.run(self.site.environment, module="bench.queueing"))
        few, many, joining = reported["few"], reported["many"], reported["joining"]
        for row in table.waiting(few, many, joining):
            self.add(row)
        self._expect("invited, each with her mail", many["invited"], 5_000)
        self._expect("joined, each at a time of her own", joining["joined"], 1_000)
        self._expect("who joined and were told so", joining["mails"], 1_000)
        # Parts of two thousand rows each: not one statement for each.
        if many["statements"] > few["statements"] + 50:
            self.faults.append(f"{many['statements']} statements for 5,000 invitations, {few['statements']} for ten")

    def payments(self) -> None:
        reported = json.loads(site.run(self.site.environment, module="bench.providers"))
        apart, notices, refund = reported["apart"], reported["notices"], reported["refund"]
        for row in table.payments(apart, notices, refund):
            self.add(row)
        transfer, stripe = apart["transfer"], apart["stripe"]
        self._expect("statements to book what is paid at a provider", stripe["booking"], transfer["booking"])
        many = notices["applied"]
        for what in ("stored", "paid", "mails"):
            self._expect(f"notices, {what}", notices[what], many)
        self._expect("deliveries that were refused, each twice", notices["refused"], 0)
        for what in ("asked", "made", "done"):
            self._expect(f"refunds {what}", refund[what], refund["planned"])
        self._expect("transactions open while the provider was asked", refund["open_transactions"], 0)

    def dues(self) -> None:
        reported = json.loads(site.run(self.site.environment, module="bench.dues"))
        for row in table.dues(reported):
            self.add(row)
        self._expect("contributions made", reported["contributions"], reported["planned"])
        self._expect("bills, each with its email", reported["mails"], reported["bills"])
        self._few_statements("a run", reported["costs"]["few"], reported["costs"]["run"], reported["made"])
        beside = replace(self, facts=reported["facts"], tells_statements=False)
        for what, path in contributions.PAGES.items():
            result = beside.play(what, "open", 1, path=path, most=20, seconds=4)
            self.add(table.of_contributions(result, what, reported["all"]))

    def collections(self) -> None:
        reported = json.loads(site.run(self.site.environment, module="bench.debits"))
        few, many = reported["few"], reported["many"]
        for row in table.collections(few, many):
            self.add(row)
        for what in ("in_file", "collected"):
            self._expect(f"debits, {what}", many[what], many["planned"])
        for step in ("announce", "release"):
            self._few_statements(step, few["costs"][step], many["costs"][step], many["planned"])

    def statements(self) -> None:
        reported = json.loads(site.run(self.site.environment, module="bench.statements"))
        few, many = reported["few"], reported["many"]
        for row in table.statements_of_a_bank(few, many):
            self.add(row)
        self._expect("lines that leave no doubt, booked", many["booked"], many["certain"])
        for step in ("upload", "match"):
            self._few_statements(step, few["costs"][step], many["costs"][step], many["lines"])

    def deletion(self) -> None:
        reported = json.loads(site.run(self.site.environment, module="bench.deletion"))
        for row in table.deletion(reported):
            self.add(row)
        self._expect("payments that survive their organisation", reported["survived"], reported["payments"])
        self._expect("organisations left", reported["left"], 0)
        self._expect("orders that failed meanwhile", len(reported["failures"]), 0)

    def _few_statements(self, what: str, few: dict[str, Any], many: dict[str, Any], rows: int) -> None:
        """Some for each thousand rows: not one for each row."""
        if many["statements"] > few["statements"] + rows / 20:
            self.faults.append(f"{what}: {many['statements']} statements for {rows}, {few['statements']} for few")

    def memory(self) -> None:
        workers = [pid for pid in meters.below(self.site.web.pid)]
        self.add(table.memory([meters.memory(pid) for pid in workers]))

    def _expect(self, what: str, found: int, wanted: int) -> None:
        if found != wanted:
            self.faults.append(f"{what}: {found} instead of {wanted}")


def main() -> int:
    arguments = _parser().parse_args()
    # Stopped from outside, it still stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    with site.site() as here:
        parts = arguments.only
        is_on_site = bool(set(parts) - APART)
        facts = json.loads(site.run(here.environment, *parts, module="bench.seed")) if is_on_site else {}
        bench = Bench(here, facts, arguments.seconds)
        # Both workers have seen each page once: what is measured is a site that is running, not one that starts.
        for journey in ("buy", "look", "list") if is_on_site else ():
            bench.play(f"warm-{journey}", journey, 8, most=48)
        bench.tells_statements = arguments.statements
        print(table.HEAD, flush=True)
        bench.bought = invariants.completed(here.database, "orders")
        for part in parts:
            getattr(bench, "importing" if part == "import" else part)()
        if is_on_site:
            bench.memory()
        bench.faults += invariants.broken(here.database)
    print(f"\n{_machine()}; {time.monotonic() - began:.0f} s in all.")
    for fault in bench.faults:
        print(f"WRONG: {fault}")
    print("Nothing sold twice, nobody let in twice, every mail and ticket there." if not bench.faults else "")
    return 1 if bench.faults else 0


def _machine() -> str:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return f"{os.process_cpu_count()} cores, load of the machine at the end {load:.1f}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="how long each load lasts (%(default)s)")
    parser.add_argument("--only", type=_parts, default=PARTS, help=f"parts, separated by commas ({','.join(PARTS)})")
    parser.add_argument("--statements", action="store_true", help="print what was asked of the database, by text")
    return parser


def _parts(text: str) -> tuple[str, ...]:
    wanted = tuple(text.split(","))
    if unknown := [part for part in wanted if part not in PARTS]:
        raise argparse.ArgumentTypeError(f"no part is called {', '.join(unknown)!r}; there are {', '.join(PARTS)}")
    return wanted


if __name__ == "__main__":
    sys.exit(main())
