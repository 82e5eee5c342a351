"""Readable colours: WCAG 2.2 contrast, and the nearest shade that has enough of it."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from functools import lru_cache

TEXT = 4.5
SHAPE = 3.0
WHITE, INK = "#ffffff", "#000000"
# The backgrounds of links: the darkest light one and the lightest dark one of kring.css. Readable there is
# readable everywhere.
LIGHT_GROUND, DARK_GROUND = "#f0f1f2", "#2b2c2e"
STEPS = 200


@dataclass(frozen=True)
class Shades:
    """One chosen colour as it is used: as a surface, as the text on it, and as text or line on the page."""

    fill: str
    on_fill: str
    text: str


@dataclass(frozen=True)
class Palette:
    """An organisation's colours, light and dark. Mails use the light ones."""

    primary: Shades
    primary_dark: Shades
    accent: Shades
    accent_dark: Shades


@lru_cache(maxsize=1000)
def palette(primary: str, accent: str) -> Palette:
    return Palette(
        primary=_shades(primary, LIGHT_GROUND, fill=primary),
        # A dark button is lost on a dark surface: it is lightened until its shape is visible.
        primary_dark=_shades(primary, DARK_GROUND, fill=readable(primary, DARK_GROUND, SHAPE)),
        accent=_shades(accent, LIGHT_GROUND, fill=accent),
        accent_dark=_shades(accent, DARK_GROUND, fill=readable(accent, DARK_GROUND, SHAPE)),
    )


def _shades(colour: str, ground: str, *, fill: str) -> Shades:
    return Shades(fill=fill.lower(), on_fill=text_on(fill), text=readable(colour, ground))


def text_on(colour: str) -> str:
    """White or black, whichever reads better; white when both do, because buttons look that way."""
    return WHITE if contrast(WHITE, colour) >= TEXT or contrast(WHITE, colour) > contrast(INK, colour) else INK


def readable(colour: str, on: str, ratio: float = TEXT) -> str:
    """The colour itself, or the nearest darker or lighter shade of it with contrast `ratio` on the ground `on`.

    Colours are "#rrggbb". Black or white is the last resort, so there is always an answer up to a ratio of 4.5.
    """
    if contrast(colour, on) >= ratio:
        return colour.lower()
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    end = 0.0 if luminance(on) > 0.18 else 1.0
    for step in range(1, STEPS + 1):
        shade = _hex(colorsys.hls_to_rgb(hue, lightness + (end - lightness) * step / STEPS, saturation))
        if contrast(shade, on) >= ratio:
            return shade
    return _hex((end, end, end))


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white), as WCAG defines it."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
