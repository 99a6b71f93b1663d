from __future__ import annotations

from typing import TYPE_CHECKING, Union

from . import metrics
from .look import Html, code, joined, title

if TYPE_CHECKING:
    from .._native import PortOneV1, PortOneV2


def face(client: Union[PortOneV1, PortOneV2]) -> Html:
    name, _, about = repr(client).partition("(")
    counted = client.metrics()
    return joined(title(name, code(about.rstrip(")")), metrics.circuit(client.circuit)), metrics.body(dict(counted)))
