"""The data folder of a demo: its database, secret, files and logs."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kring.cli.trouble import Trouble
from kring.demo import counterparts
from kring.embedded.errors import EmbeddedError
from kring.embedded.server import Server

# All that Kring creates in its folder, by the names `Home` uses.
OURS = {
    "postgres",
    "secret_key",
    "secret_key.new",
    "media",
    "private",
    "providers",
    "static",
    "demo.json",
    "kring.log",
    "prepared",
    "lock",
    "users",
    # Of the demo, to upload.
    "bank-files",
}
HOST = "kring.localhost"


@dataclass(frozen=True)
class Home:
    folder: Path

    @property
    def server(self) -> Server:
        return Server(self.folder / "postgres")

    @property
    def directory(self) -> Path:
        """Addresses and logins as JSON, for scripts."""
        return self.folder / "demo.json"

    @property
    def prepared(self) -> Path:
        """A fingerprint of the sources it was last prepared from."""
        return self.folder / "prepared"

    @property
    def log(self) -> Path:
        return self.folder / "kring.log"

    def open(self) -> None:
        """Make the folder, or see that it is one of ours. Raises Trouble."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            strangers = {entry.name for entry in self.folder.iterdir()} - OURS
        except OSError as error:
            raise Trouble(
                f"Cannot use the folder {self.folder}: {error.strerror}. Choose another with --data."
            ) from error
        if strangers:
            raise Trouble(
                f"The folder {self.folder} holds other things ({min(strangers)}). Choose another with --data."
            )
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise Trouble(f"The folder {self.folder} is not yours to write in. Choose another with --data.")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One demo at a time in one folder."""
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Trouble(
                    f"Another `kring demo` runs in {self.folder}. Stop it, or choose another with --data."
                ) from None
            yield

    @contextmanager
    def database(self) -> Iterator[None]:
        """The embedded server runs while any process is inside; the last one to leave stops it."""
        with (self.folder / "users").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self.server.start()
                yield
            except EmbeddedError as error:
                raise Trouble(str(error)) from error
            finally:
                if _is_last(users):
                    self.server.stop()

    def clear(self) -> None:
        """Delete everything."""
        postgres = self.folder / "postgres"
        if postgres.exists():
            self.server.stop()
        if postgres.is_symlink():
            shutil.rmtree(postgres.resolve(), ignore_errors=True)
            postgres.unlink()
        for name in OURS - {"lock", "users"}:
            thing = self.folder / name
            shutil.rmtree(thing) if thing.is_dir() else thing.unlink(missing_ok=True)

    def secret_key(self) -> str:
        """Made once; only the owner of the folder may read it."""
        file = self.folder / "secret_key"
        if not file.exists():
            beside = file.with_suffix(".new")
            beside.unlink(missing_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
                new.write(secrets.token_urlsafe(48))
            beside.rename(file)
        return file.read_text()

    def environment(self, port: int = 8000) -> dict[str, str]:
        """The environment of a process of this demo. A DATABASE_URL of your own replaces the embedded server."""
        given = {name: os.environ[name] for name in ("DATABASE_URL", "DATABASE_APP_URL") if name in os.environ}
        return {
            "DATABASE_URL": self.server.url(),
            "KRING_SECRET_KEY": self.secret_key(),
            "KRING_DEMO": "1",
            "KRING_HOST": HOST,
            "KRING_NETLOC": f"{HOST}:{port}",
            "KRING_MEDIA": str(self.folder / "media"),
            "KRING_PRIVATE_MEDIA": str(self.folder / "private"),
            "KRING_STATIC": str(self.folder / "static"),
            "KRING_DATA": str(self.folder),
            # The pretend login service is on this machine.
            "KRING_PRIVATE_HOSTS": "127.0.0.1",
            **{name: f"http://127.0.0.1:{at}" for name, at in counterpart_ports(port).items()},
        } | given


def counterpart_ports(port: int) -> dict[str, int]:
    """The ports of the pretend payment providers beside a demo at `port`, by the setting that leads to each.

    Below those that the system gives away by itself, and not those of a demo at the next port.
    """
    ports_each = len(counterparts.ALL)
    first = 10_000 + port * ports_each % 22_000
    return {f"KRING_{key.upper()}_URL": first + number for number, key in enumerate(counterparts.ALL)}


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def at_home(folder: Path, *, needs_database: bool = True) -> Iterator[None]:
    """Commands on a machine without settings use the demo in `folder`; its server runs at least as long."""
    if "DATABASE_URL" in os.environ:
        yield
        return
    home = Home(folder.resolve())
    home.open()
    with home.database() if needs_database else nullcontext():
        for name, value in home.environment().items():
            os.environ.setdefault(name, value)
        yield
