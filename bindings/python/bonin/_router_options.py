"""What a router is given: checked when the application starts, and what its functions answer when they are asked."""

from __future__ import annotations

import logging
from typing import Any, Callable, Dict, List, Optional

from . import InvalidArgument, Verifier, _native
from ._refusal import Refused, refusal
from ._web import Answer, answer_json
from .types import OtpOptions


def check_options(verifier: Any, begun: Any, settle_ms: Any, functions: Dict[str, Any]) -> None:
    """A mistake is found when the application starts."""
    if not isinstance(verifier, Verifier):
        raise _wrong("verifier", "must be a Verifier")
    if not isinstance(begun, bool):  # what looks like no would accept ids from anywhere
        raise _wrong("begun", "must be True or False")
    for name, function in functions.items():
        if function is not None and not callable(function):
            raise _wrong(name, "must be a function")
    if settle_ms is not None and (type(settle_ms) is not int or not 0 <= settle_ms <= 60_000):
        raise _wrong("settle_ms", "must be a whole number from 0 to 60000")


def checked_origins(origins: Any) -> List[str]:
    """A copy, which does not grow later."""
    if not isinstance(origins, (list, tuple)) or not all(
        isinstance(one, str) and _native.web_is_origin(one) for one in origins
    ):
        raise _wrong("allowed_origins", "must be a list of origins such as `https://shop.example`")
    return list(origins)


def checked_cookie(cookie: Any) -> Dict[str, Any]:
    if cookie is None:
        return {}
    if not isinstance(cookie, dict):
        raise _wrong("cookie", "must be a dict of `same_site`, `secure`, `partitioned`, `domain`")
    _native.web_check_cookie(cookie)
    return dict(cookie)


def checked_retry_url(url: Any) -> str:
    if url is None:
        return ""
    if not isinstance(url, str) or not _native.web_is_retry_url(url):
        raise _wrong("retry_url", "must be a path such as `/sign-up`, or a whole address")
    return url


def checked_subject(subject: Any) -> str:
    text: Optional[str] = _native.web_own_id(subject)
    if text is None:
        raise _wrong("subject", "must answer an id that is not empty: text, a whole number or a uuid.UUID")
    return text


def checked_expect(expect: Any) -> Any:
    """Nothing must not come to mean that anything will do."""
    if expect is None:
        raise _wrong("expect", "must answer a dict")
    return expect


def settle_of(begun: bool, settle_ms: Optional[int]) -> int:
    if not begun:
        return 0
    return _native.web_settle_ms() if settle_ms is None else settle_ms


def _wrong(name: str, what: str) -> InvalidArgument:
    return InvalidArgument(f"`{name}` {what}", parameter=name)


class FlowMaker:
    """The options of `begin` that a router was given, each static or a function of the request."""

    def __init__(self, verifier: Verifier, given: Dict[str, Any]) -> None:
        for name, value in given.items():
            if value == "":
                raise _wrong(name, "must be text that is not empty")
        self.verifier = verifier
        self.fixed = {name: value for name, value in given.items() if value is not None and not callable(value)}
        self.functions: Dict[str, Callable[[Any], Any]] = {name: f for name, f in given.items() if callable(f)}
        self._warned: List[str] = []
        if self.fixed and not self.functions:
            self._begin("bonin", {})

    def warn_of_channel(self) -> None:
        """Says once that `begin` cannot answer: an application that issues its ids elsewhere goes without it."""
        if any(name in self.fixed or name in self.functions for name in ("channel_key", "pg")):
            return
        lack = self.lack()
        if lack is not None and lack.parameter == "channel_key":
            logging.getLogger("bonin").warning("%s", lack)

    def lack(self) -> Optional[InvalidArgument]:
        """What no flow can begin without. Functions of the request are taken to answer it."""
        answered: Dict[str, Any] = {name: "bonin" for name in ("channel_key", "pg") if name in self.functions}
        try:
            self.verifier.begin("bonin", **{**self.fixed, **answered})
        except InvalidArgument as error:
            return error if error.parameter in ("channel_key", "store_id") else None
        return None

    def begin(self, who: Any, asked: Dict[str, Any], query: bytes) -> Answer:
        """The answer to the page; asked: what the functions answered."""
        ward = _native.web_read_begin(query)
        if ward is None:
            raise Refused(refusal("invalid_id"))
        try:
            flow = self._begin(checked_subject(who), {**asked, "guardian_of": ward} if ward else asked)
        except InvalidArgument as error:
            if error.parameter == "guardian_of":  # the page's, not the application's
                raise Refused(refusal("invalid_id", error=error)) from None
            raise
        return answer_json(flow.request)

    def _begin(self, who: str, asked: Dict[str, Any]) -> Any:
        flow = self.verifier.begin(who, **{**self.fixed, **asked})
        for warning in flow.warnings:
            if warning not in self._warned:
                self._warned.append(warning)
                logging.getLogger("bonin").warning("%s", warning)
        return flow


class OtpMaker:
    """What the routes of an OTP were given: False, True, a dict, or a function of the request that answers a dict."""

    def __init__(self, otp: Any, flow: FlowMaker) -> None:
        if not (isinstance(otp, (bool, dict)) or callable(otp)):
            raise _wrong("otp", "must be True or False, a dict, or a function")
        self.function: Optional[Callable[[Any], Any]] = otp if callable(otp) else None
        self.fixed: Dict[str, Any] = dict(otp) if isinstance(otp, dict) else {}
        for name in self.fixed:
            if name not in OtpOptions.__annotations__:
                known = list(OtpOptions.__annotations__)
                raise _wrong("otp", f"has no option `{name}`{_native.did_you_mean(name, known)}")
        if "channel_key" not in self.fixed and "channel_key" in flow.fixed:
            self.fixed["channel_key"] = flow.fixed["channel_key"]
        self.wanted = otp is not False
        if self.wanted and self.function is None and "channel_key" not in self.fixed:
            if "channel_key" in flow.functions:
                raise _wrong(
                    "otp", "does not ask the function `channel_key`: name a `channel_key` in it, or give a function"
                )
            raise _wrong("channel_key", "is missing: an OTP is sent by a channel")

    def arguments(self, person: Dict[str, str], asked: Any) -> Dict[str, Any]:
        """What `send_otp` takes besides the subject."""
        return {**person, **self.fixed, **(asked or {})}
