"""What a notebook shows of bonin's objects: in Korean or in English.

    bonin.notebook.language("ko")

Without it the language is that of the locale (`LC_ALL`, `LC_MESSAGES`, `LANG`): Korean where it says so, else English.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Optional

from .errors import InvalidArgument

if TYPE_CHECKING:
    from .types import Language

__all__ = ["language"]

_chosen: Optional[Language] = None


def language(which: Optional[Language] = None) -> Language:
    """Sets the language of the tables and plots of this process, `ko` or `en`, and answers the one that holds.

    Raises InvalidArgument for another word.
    """
    global _chosen
    if which is not None:
        if which not in ("ko", "en"):
            raise InvalidArgument("`which` must be `ko` or `en`", parameter="which")
        _chosen = which
    return _chosen or _of_the_locale()


def _of_the_locale() -> Language:
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "ko" if said.lower().startswith("ko") else "en"
