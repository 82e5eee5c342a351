"""The Nu HTML checker as a server of its own: 20 ms a page instead of a second."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.browser import tools
from tests.ports import free_port

PATIENCE = 300
# No proxy of the machine's stands between two processes of it.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


@dataclass(frozen=True)
class NuChecker:
    port: int

    def errors_in_html(self, source: bytes) -> list[str]:
        return self._errors(source, "text/html; charset=utf-8")

    def errors_in_css(self, source: bytes) -> list[str]:
        return self._errors(source, "text/css; charset=utf-8")

    def _errors(self, source: bytes, content_type: str) -> list[str]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/?out=json", data=source, headers={"Content-Type": content_type}
        )
        with _open(request, timeout=PATIENCE) as answer:
            messages = json.load(answer)["messages"]
        # "non-document-error" is the checker's own trouble: as bad as an error, for then nothing was checked.
        return [_in_words(message) for message in messages if message["type"] in ("error", "non-document-error")]


def _in_words(message: dict) -> str:
    where = f"line {message.get('lastLine', '?')}: " if "lastLine" in message else ""
    return f"{where}{message['message']} ⟨{' '.join(message.get('extract', '').split())}⟩"


@contextmanager
def running() -> Iterator[NuChecker]:
    port = free_port()
    command = [
        tools.java(),
        *(
            "-Xss8m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dnu.validator.servlet.bind-address=127.0.0.1",
        ),
        *("-cp", str(tools.nu_checker()), "nu.validator.servlet.Main", str(port)),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        checker = NuChecker(port)
        _wait_for(checker, process)
        yield checker
    finally:
        process.terminate()
        process.wait()


def _wait_for(checker: NuChecker, process: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise tools.MissingTool(f"The Nu checker ended with {process.returncode} instead of serving.")
        with suppress(OSError):
            checker.errors_in_css(b"")
            return
        time.sleep(0.2)
    raise tools.MissingTool(f"The Nu checker did not answer within {PATIENCE} s.")
