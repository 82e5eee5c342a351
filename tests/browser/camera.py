"""A film for Chromium's pretended camera: MJPEG is nothing but pictures one after another, thirty a second."""

from __future__ import annotations

import io
from pathlib import Path

import segno
from PIL import Image

SIZE = (640, 480)
PER_SECOND = 30
GROUND = (96, 104, 112)


def film(path: Path, *scenes: tuple[str | None, float]) -> Path:
    """Scenes of (code or None, seconds); Chromium starts again at the end."""
    with path.open("wb") as file:
        for code, seconds in scenes:
            file.write(picture(code) * round(seconds * PER_SECOND))
    return path


def picture(code: str | None) -> bytes:
    """A phone with this code on it, as a JPEG; None: an empty entrance."""
    image = Image.new("RGB", SIZE, GROUND)
    if code is not None:
        drawn = io.BytesIO()
        segno.make(code, error="m").save(drawn, kind="png", scale=6, border=4)
        shown = (
            Image.open(drawn).convert("RGB").rotate(7, expand=True, fillcolor=GROUND, resample=Image.Resampling.BICUBIC)
        )
        shown.thumbnail((420, 420))
        image.paste(shown, ((SIZE[0] - shown.width) // 2, (SIZE[1] - shown.height) // 2))
    made = io.BytesIO()
    image.save(made, "JPEG", quality=85)
    return made.getvalue()
