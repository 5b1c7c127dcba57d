"""Colours of sheets, pages and charts: a meaning has one colour everywhere, and never colour alone.

Okabe & Ito, "Color Universal Design" (2008): told apart with every kind of colour vision.
"""

from __future__ import annotations

from typing import Final

ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
GREEN: Final = "#009E73"
YELLOW: Final = "#F0E442"
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
