"""The folder of one server, and its contents."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kring.embedded.errors import EmbeddedError
from kring.embedded.system_user import can_reach, is_root, server_user

OURS = {"data", "data.new", "run", "lock", "postgres.log"}
# Length of sun_path in Linux, less its zero and the "/.s.PGSQL.5432.lock" that comes after the folder.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


@dataclass(frozen=True)
class ServerFolder:
    folder: Path

    @property
    def home(self) -> Path:
        """Its real path: `folder` may be a link to a place that the server's user can reach."""
        return self.folder.resolve()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def socket(self) -> Path:
        """The folder of the socket: ours, or a short one where our path would be too long."""
        inside = self.home / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        # Ours alone, by owner and mode; checked before use.
        return Path("/tmp") / f"kring-{digest}"  # noqa: S108

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Starts and stops wait for one another."""
        self._prepare()
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare(self) -> None:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            if not self.folder.exists():
                self._make()
            strangers = {entry.name for entry in self.folder.iterdir()} - OURS
            writable = os.access(self.folder, os.W_OK | os.X_OK)
        except OSError as error:
            raise EmbeddedError(f"Cannot use the folder {self.folder}: {error.strerror}. Choose another.") from error
        if strangers:
            raise EmbeddedError(f"The folder {self.folder} holds other things ({min(strangers)}). Choose another.")
        if not writable:
            raise EmbeddedError(f"The folder {self.folder} is not yours to write in. Choose another.")
        self.hand_to_server(self.folder)

    def hand_to_server(self, folder: Path) -> None:
        if is_root():
            user = server_user()
            os.chown(folder, user.pw_uid, user.pw_gid)

    def _make(self) -> None:
        if can_reach(self.folder.parent):
            self.folder.mkdir(mode=0o700)
            return
        # Under root's home, for instance: the server's user cannot reach it, so the data are outside and linked to.
        outside = Path("/var/lib/kring")
        outside.mkdir(exist_ok=True)
        if self.folder.is_symlink():
            self.folder.unlink()
        self.folder.symlink_to(tempfile.mkdtemp(dir=outside, prefix=f"{self.folder.name}-"))
