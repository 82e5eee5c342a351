"""All pretend providers of a demo, each on a port: `python -m kring.cli.demo.counterparts FIRST_PORT FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Thread

from kring.cli.parent import die_with_parent
from kring.demo.counterparts.ksef import Ksef
from kring.demo.counterparts.mollie import Mollie
from kring.demo.counterparts.openid import OpenIDProvider
from kring.demo.counterparts.przelewy24 import Przelewy24
from kring.demo.counterparts.stripe import Stripe


def main(first_port: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {"stripe": Stripe, "mollie": Mollie, "przelewy24": Przelewy24, "ksef": Ksef, "openid": OpenIDProvider}
    servers = [
        kind(first_port + number, folder / f"{key}.json", is_live=True)
        for number, (key, kind) in enumerate(kinds.items())
    ]
    threads = [Thread(target=server.serve, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    die_with_parent()
    main(int(sys.argv[1]), Path(sys.argv[2]))
