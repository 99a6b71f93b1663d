"""Lists and dicts that a notebook shows as tables. To everybody else they are lists and dicts."""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own takes longer to import than all of bonin
if TYPE_CHECKING:
    from typing import Any


class _Shown:
    __slots__ = ()

    def _repr_html_(self) -> str:
        from ._faces import html

        return html(self)


class Findings(_Shown, list["Any"]):
    """Of a decision."""

    __slots__ = ()


class Metrics(_Shown, dict["str", "Any"]):
    """Of a client."""

    __slots__ = ()


class RegistryMetrics(_Shown, dict["str", "Any"]):
    """Of a registry."""

    __slots__ = ()


class VerifierMetrics(_Shown, dict["str", "Any"]):
    """Of a verifier."""

    __slots__ = ()


class Standing(_Shown, dict["str", "Any"]):
    """Of a person in a registry."""

    __slots__ = ()


class Personas(_Shown, list["Any"]):
    """Of a sandbox."""

    __slots__ = ()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """A notebook keeps this text beside the table: without who they are."""
        printer.text(f"{len(self)} personas")


class Requests(_Shown, dict["str", "Any"]):
    """That reached a sandbox."""

    __slots__ = ()
