"""What the plots share: where they are drawn, in which colours and letters."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any, Callable, List, Tuple

from .. import notebook
from .._faces import words

# Apart from each other for colour-blind eyes too, and on white as on black.
COLOURS = {"kept": "#8a949e", "gained": "#0b6bb8", "lost": "#c2410c", "failed": "#c2410c", "unknown": "#c98a1b"}

_KOREAN = (
    "Noto Sans CJK KR", "Noto Sans KR", "Pretendard", "NanumGothic", "Nanum Gothic", "Malgun Gothic", "Apple SD Gothic Neo",
    "AppleGothic", "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Serif CJK JP", "UnDotum", "Baekmuk Gulim",
)  # fmt: skip


def matplotlib() -> Any:
    try:
        return import_module("matplotlib")
    except ImportError as error:
        raise ImportError("the plots of bonin need matplotlib: pip install 'bonin[plot]'") from error


def korean_font() -> Any:
    """The name of an installed font that has Hangul, or None. A .ttc file counts by its first font, which has it too."""
    known = {font.name for font in import_module("matplotlib.font_manager").fontManager.ttflist}
    return next((name for name in _KOREAN if name in known), None)


def voice() -> Tuple[Callable[[str], str], List[str]]:
    """The function `say`, and the fonts to write with.

    Without a font that has Hangul Korean would be boxes: then the plot is in English, and a warning says why.
    """
    family: List[str] = list(matplotlib().rcParams["font.family"])
    font = korean_font()
    if font is not None:
        return words.say, [*family, font]
    if notebook.language() == "ko":
        warnings.warn(
            "no font with Korean letters is installed, so the plot is in English: install one, such as fonts-noto-cjk or "
            "fonts-nanum, and start Python anew",
            stacklevel=4,
        )
    return (lambda word: word.replace("_", " ")), family


def axes(ax: Any, *, bars: int) -> Any:
    """The given ones, or new ones for so many bars."""
    if ax is not None:
        return ax
    matplotlib()
    figure = import_module("matplotlib.pyplot").figure(figsize=(8, 1.2 + 0.5 * max(1, bars)), layout="constrained")
    return figure.add_subplot()


def finish(ax: Any, fonts: List[str], *, numbers: Any) -> None:
    """No frame; thousands with commas on the axis of numbers; every text in these fonts."""
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ticker = import_module("matplotlib.ticker")
    numbers.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{abs(value):,.0f}"))
    numbers.set_major_locator(ticker.MaxNLocator(5, integer=True))
    labels = [*ax.get_xticklabels(), *ax.get_yticklabels()]
    for text in [*labels, *ax.findobj(import_module("matplotlib.text").Text)]:
        text.set_fontfamily(fonts)
        text.set_parse_math(False)  # a name may hold `$`
