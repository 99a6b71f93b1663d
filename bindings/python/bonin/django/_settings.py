"""What `settings.BONIN` says: one verifier a process, and the options of its routes."""

from __future__ import annotations

import contextlib
import inspect
import os
import threading
from pathlib import Path
from typing import Any, Callable, Collection, Dict, Iterator, List, Mapping, Optional

from django.apps import apps  # type: ignore[import-untyped]
from django.conf import settings  # type: ignore[import-untyped]
from django.core.exceptions import ImproperlyConfigured  # type: ignore[import-untyped]
from django.core.signals import setting_changed  # type: ignore[import-untyped]
from django.utils.module_loading import import_string  # type: ignore[import-untyped]

from .. import BoninError, Policy, PortOneV1, PortOneV2, Registry, Verifier, _native
from ._options import DOOR, ROUTER, VIEWS, some
from ._unmade import Unmade, Unusable

_CLIENTS = {kind: list(inspect.signature(kind).parameters) for kind in (PortOneV1, PortOneV2)}
_VERIFIER = ("policy", "registry", "otp_limits", "records")
#: Options that may be a dotted path.
_FUNCTIONS = ("on_allowed", "on_again", "on_denied", "subject", "expect", "own_store")
#: Options of the registry that are looked up. A pepper's `env:` and `file:` are the registry's own.
_STORES = ("store", "own_store")

#: Guards _made. Reentrant: an own store's module, which is imported meanwhile, may ask for the verifier.
_lock = threading.RLock()
_made: Optional[Verifier] = None


def verifier() -> Verifier:
    """The verifier of `settings.BONIN`, made when it is first asked for: one a process, usable after a fork.

    It is not to be closed: its connections end with the process.
    """
    global _made
    with _lock:
        if _made is None:
            _made = _make_verifier(_given(_clients_and_verifier()))
        return _made


def _forget(*, setting: str, **_: Any) -> None:
    global _made
    if setting == "BONIN":
        with _lock:
            _made = None


setting_changed.connect(_forget)


def made(
    make: Callable[[Verifier, Mapping[str, Any]], Any],
    said: Callable[[], Dict[str, Any]],
    options: Mapping[str, Any],
) -> Any:
    """What is made of BONIN and of options that the application gives: these it gives rightly, or they raise.

    Unmade where BONIN is mistaken, or lacks something; an error where no check would say so.
    """
    try:
        return make(verifier(), {**said(), **options})
    except ImproperlyConfigured as error:
        if not _is_checked():
            raise
        return Unmade(error)
    except (BoninError, OSError, TypeError) as error:
        key = (getattr(error, "parameter", None) or "").partition(".")[0]
        if not _is_checked() or key in options or (not key and any(f"`{name}`" in str(error) for name in options)):
            raise
        return Unmade(Unusable(f"BONIN cannot be used: {error}"), key or None)


def _is_checked() -> bool:
    return bool(apps.apps_ready and apps.is_installed("bonin.django"))


def route_options() -> Dict[str, Any]:
    others = _clients_and_verifier()
    return _given([name for name in names() if name not in others])


def door_options() -> Dict[str, Any]:
    return _given(DOOR)


def names() -> List[str]:
    """Every key that BONIN may have."""
    return [*dict.fromkeys((*_clients_and_verifier(), *DOOR, *ROUTER, *VIEWS, *_native.web_flow_options()))]


def _clients_and_verifier() -> List[str]:
    return [*(name for known in _CLIENTS.values() for name in known), *_VERIFIER]


def _given(wanted: Collection[str]) -> Dict[str, Any]:
    """What the settings say; a key of None is as not given. Only what is wanted is looked up: a view's module may be under
    import, which another key names. Raises ImproperlyConfigured.
    """
    said = getattr(settings, "BONIN", None)
    if not isinstance(said, Mapping):
        raise ImproperlyConfigured("the settings have no BONIN, a dict; or give the verifier: urls(verifier)")
    for name in said:
        if name not in names():
            raise ImproperlyConfigured(f"BONIN has an unknown key `{name}`{_native.did_you_mean(str(name), names())}")
    return {name: _resolved(name, value) for name, value in said.items() if name in wanted and value is not None}


def _make_verifier(said: Mapping[str, Any]) -> Verifier:
    """Sends nothing and opens nothing."""
    kind = PortOneV1 if "imp_key" in said else PortOneV2
    unused = [name for known in _CLIENTS.values() for name in known if name in said and name not in _CLIENTS[kind]]
    if unused:
        raise ImproperlyConfigured(f"BONIN has `imp_key`, of V1, and `{unused[0]}`, of V2: one verifier asks one API")
    if "policy" not in said:
        raise ImproperlyConfigured("BONIN has no `policy`: the name of a preset, the path of a document, or a dict")
    with _using("`policy` of BONIN"):
        policy = _policy(said["policy"])
    with _using("`registry` of BONIN"):
        registry = _registry(said.get("registry"))
    with _using("BONIN"):
        client: Any = kind(**some(said, _CLIENTS[kind]))
        return Verifier(client, policy, registry=registry, **some(said, ["otp_limits", "records"]))


@contextlib.contextmanager
def _using(what: str) -> Iterator[None]:
    try:
        yield
    except (BoninError, OSError, TypeError) as error:
        raise Unusable(f"{what} cannot be used: {error}") from error


def _policy(said: Any) -> Policy:
    if isinstance(said, Policy):
        return said
    if isinstance(said, Mapping):
        return Policy(dict(said))  # type: ignore[arg-type]
    if isinstance(said, os.PathLike) or str(said).endswith(".json"):
        return Policy.load(os.fspath(said))
    return Policy.preset(said)


def _registry(said: Any) -> Optional[Registry]:
    if said is None or isinstance(said, Registry):
        return said
    if not isinstance(said, Mapping):
        raise ImproperlyConfigured(
            "BONIN's `registry` must be a dict of `store`, `pepper` and what bonin.Registry takes"
        )
    return Registry(**{name: _resolved(name, value) if name in _STORES else value for name, value in said.items()})


def _resolved(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in _FUNCTIONS:
        try:
            return import_string(value)
        except ImportError as error:
            raise ImproperlyConfigured(f"BONIN's `{name}` is `{value}`, which cannot be imported: {error}") from error
    kind, _, where = value.partition(":")
    if kind == "env":
        if where not in os.environ:
            raise ImproperlyConfigured(f"BONIN's `{name}` is `{value}`, and the environment has no {where}")
        return os.environ[where]
    if kind == "file":
        try:
            return Path(where).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise ImproperlyConfigured(f"BONIN's `{name}` is `{value}`, which cannot be read") from error
    return value
