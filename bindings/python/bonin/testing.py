"""For an application's own tests: everything in one call, decisions made by hand, assertions that say why.

    with bonin.testing.start() as stage:
        assert_denied(stage.flow("minor"), "age", "too_young")

docs/testing.md describes it, with the fixtures that pytest finds by itself. Nothing here is for production.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import secrets
from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Type, Union

from . import _native
from ._native import Decision, Policy, PortOneV1, PortOneV2, Registry, Verification, Verifier
from .errors import InvalidArgument
from .sandbox import Sandbox

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._flow import Flow
    from .types import Api, Expect, FindingCode, FlowOptions, Persona, Reason, SandboxPerson, SandboxVerifyOptions

__all__ = ["Stage", "allowed", "assert_allowed", "assert_denied", "denied", "registry", "start", "verification"]

SUBJECT = "subject-1"


# ---- everything in one call -----------------------------------------------------------------------------------------


class Stage:
    """A sandbox with a client, a registry and a verifier that follow its clock.

    Closed by `close()` or by the end of a `with` block. Thread-safe.
    """

    def __init__(
        self, sandbox: Sandbox, portone: Union[PortOneV1, PortOneV2], registry: Registry, verifier: Verifier
    ) -> None:
        self.sandbox = sandbox
        self.portone = portone
        self.registry = registry
        self.verifier = verifier

    def begin(self, subject: str = SUBJECT, **options: Unpack[FlowOptions]) -> Flow:
        """Begins a flow, as the application does for its page; the sandbox's channel by default."""
        if "channel_key" not in options and "pg" not in options:
            options["channel_key"] = self.sandbox.channel_key
        return self.verifier.begin(subject, **options)

    def finish(
        self,
        flow: Flow,
        person: Union[Persona, SandboxPerson] = "adult",
        **options: Unpack[SandboxVerifyOptions],
    ) -> str:
        """Finishes a flow, as a person in a browser does: the id that the browser hands to the application."""
        if flow.api == "v1":
            options["merchant_uid"] = flow.id
        else:
            options["id"] = flow.id
        return self.sandbox.verify(person, api=flow.api, **options)

    def flow(
        self,
        person: Union[Persona, SandboxPerson] = "adult",
        subject: str = SUBJECT,
        *,
        expect: Optional[Expect] = None,
        **options: Unpack[SandboxVerifyOptions],
    ) -> Decision:
        """A whole flow: begun, finished by a person and verified. options: of `Sandbox.verify()`."""
        id = self.finish(self.begin(subject), person, **options)
        return self.verifier.verify(id, subject=subject, begun=True, expect=expect or {})

    async def aflow(
        self,
        person: Union[Persona, SandboxPerson] = "adult",
        subject: str = SUBJECT,
        *,
        expect: Optional[Expect] = None,
        **options: Unpack[SandboxVerifyOptions],
    ) -> Decision:
        """As flow(), to be awaited."""
        id = self.finish(self.begin(subject), person, **options)
        return await self.verifier.averify(id, subject=subject, begun=True, expect=expect or {})

    def verify(self, id: str, subject: str = SUBJECT, *, expect: Optional[Expect] = None) -> Decision:
        """Verifies an id that `finish()` answered for a flow of this subject."""
        return self.verifier.verify(id, subject=subject, begun=True, expect=expect or {})

    def advance(
        self,
        seconds: Union[float, datetime.timedelta, None] = None,
        *,
        minutes: Optional[float] = None,
        hours: Optional[float] = None,
        days: Optional[float] = None,
        ms: Optional[float] = None,
    ) -> None:
        """Moves the clock of all of them, as `Sandbox.advance()` does."""
        self.sandbox.advance(seconds, minutes=minutes, hours=hours, days=days, ms=ms)

    def close(self) -> None:
        """Closes the client and the registry, and stops the sandbox. Idempotent."""
        self.portone.close()
        self.registry.close()
        self.sandbox.close()

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Stage({self.verifier!r})"


def registry(sandbox: Sandbox, **options: Any) -> Registry:
    """An empty registry in memory, under a key of its own, that follows the sandbox's clock.

    options: of Registry; `own_store` stands in for the memory.
    """
    store = {} if "own_store" in options or "store" in options else {"store": "sqlite::memory:"}
    pepper = {} if "peppers" in options else {"pepper": secrets.token_hex(32)}
    return Registry(**{**store, **pepper, "clock": sandbox, **options})


def start(policy: Optional[Policy] = None, api: Api = "v2", *, registry: Optional[Mapping[str, Any]] = None) -> Stage:
    """Starts a sandbox, with a client, a registry and a verifier that follow its clock.

    policy: `kr.youth_protection` by default. registry: options of the Registry, such as `own_store`.
    """
    sandbox = Sandbox()
    try:
        portone = sandbox.connect(api)
        people = _registry(sandbox, **(registry or {}))
        verifier = Verifier(portone, policy or Policy.preset("kr.youth_protection"), registry=people)
    except BaseException:
        sandbox.close()
        raise
    return Stage(sandbox, portone, people, verifier)


_registry = registry  # `start` has an argument of this name


# ---- decisions made by hand -----------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime) and value.tzinfo is None:
        raise InvalidArgument("a datetime needs a time zone", parameter="verified_at")
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise InvalidArgument(f"a {type(value).__name__} is no fact of a verification", parameter="facts")


def _with_keys(person: Mapping[str, Any]) -> Dict[str, Any]:
    """CI and DI are made up of the rest, so that the same dict is the same person."""
    seed = json.dumps(person, default=_plain, sort_keys=True).encode()
    made = {
        "ci": base64.b64encode(hashlib.sha512(seed).digest()).decode(),
        "di": base64.b64encode(hashlib.sha384(seed).digest()).decode(),
    }
    return {**made, **person}


def verification(person: Union[Persona, SandboxPerson] = "adult", **facts: Any) -> Verification:
    """A Verification made by hand: nothing is started, sent or looked up.

    person: a persona of the sandbox, or a dict of attributes, in which CI and DI are made up unless they are given or
    None. facts: id, api, status, provider, channel (a dict), merchant_uid, custom_data, customer_id, verified_at (a
    datetime). A dict is DANAL's, on a live channel. Raises InvalidArgument.
    """
    known: Dict[str, Any] = json.loads(_native.persona_facts(person if isinstance(person, str) else "adult"))
    if not isinstance(person, str):
        known["person"] = _with_keys(person)
    return _native.made_verification(json.dumps({**known, **facts}, default=_plain))


def allowed(
    person: Union[Persona, SandboxPerson] = "adult", *, policy: Optional[Policy] = None, **facts: Any
) -> Decision:
    """A Decision that allows, made by hand: nothing was judged. It holds no reservation.

    policy: whose decision it is. person, facts: of its verification, as in `verification()`.
    """
    return _native.made_allowed(verification(person, **facts), policy)


def denied(
    code: FindingCode,
    reason: Union[Reason, str],
    person: Union[Persona, SandboxPerson] = "adult",
    *,
    policy: Optional[Policy] = None,
    **facts: Any,
) -> Decision:
    """A Decision that denies by one rule, made by hand: nothing was judged.

    code, reason: of the finding, such as "age" and "too_young". policy: whose rule it is; a policy of this rule alone by
    default. person, facts: of its verification, as in `verification()`. Raises InvalidArgument for a rule that the
    policy has not, or that is made of others.
    """
    return _native.made_denied(code, reason, verification(person, **facts), policy)


# ---- assertions -----------------------------------------------------------------------------------------------------


def _why(decision: Decision) -> str:
    lines: List[str] = []
    for finding in decision.denials:
        reason = f" ({finding.reason})" if finding.reason else ""
        lines.append(f"\n  {finding.code}{reason} at {finding.pointer}: {finding.en}")
    return "".join(lines)


def _checked(decision: object) -> Decision:
    if isinstance(decision, Decision):
        return decision
    raise AssertionError(f"a Decision was expected, not a {type(decision).__name__}")


def assert_allowed(decision: Decision) -> None:
    """Passes for a decision that allows. Otherwise an AssertionError says why it denies, without personal data."""
    __tracebackhide__ = True
    if not _checked(decision).allowed:
        raise AssertionError(f"expected to be allowed, was denied by policy `{decision.policy_name}`:{_why(decision)}")


def assert_denied(
    decision: Decision, code: Optional[FindingCode] = None, reason: Union[Reason, str, None] = None
) -> None:
    """Passes for a decision that denies: by a rule with this code, for this reason, where they are given.

    A part of a combined rule counts. Otherwise an AssertionError says what was found, without personal data.
    """
    __tracebackhide__ = True
    asked = " ".join([code or "", f"({reason})" if reason else ""]).strip()
    wanted = f" by {asked}" if asked else ""
    if _checked(decision).allowed:
        raise AssertionError(f"expected to be denied{wanted}, was allowed by policy `{decision.policy_name}`")
    for finding in decision.denials:
        parts = [part.partition(":") for part in (finding.reason or "").split(",")]
        found = [(finding.code, finding.reason), *((name, why) for name, _, why in parts if why)]
        if any((code is None or code == name) and (reason is None or reason == why) for name, why in found):
            return
    raise AssertionError(
        f"expected to be denied{wanted}, was denied by policy `{decision.policy_name}`:{_why(decision)}"
    )
