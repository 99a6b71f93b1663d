"""The routes, once for every framework: generators that yield steps, which an adapter takes at once or awaits."""

from __future__ import annotations

import logging
from operator import methodcaller
from typing import Any, Callable, Dict, Generator, Iterable, List, NamedTuple, Optional, Set, Tuple, TypeVar, Union

from . import Decision, Verifier, _refusal, _router_options, _web, new_id
from ._refusal import Refusal, Refused
from ._web import Answer
from .types import Api

#: Methods whose request is in the query.
READING = ("GET", "HEAD")
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

_T = TypeVar("_T")
#: A function of the visit: what it returns, or what its awaitable gives, is sent back into the generator.
Step = Callable[[Any], Any]
Steps = Generator[Step, Any, _T]


class Visit:
    """One request, as a framework shows it.

    request: the framework's own, for the application's functions. query: without `?`. secure: it came over https.
    address: the end user's. added: headers of the answer that stand beside its own. logger: the one that the framework's
    users read. `run` drives a visit whose steps return, `arun` one whose steps return awaitables.
    """

    #: Of the verifier's methods: `a` where steps are awaited.
    prefix = ""

    def __init__(self, request: Any, method: str, query: bytes, secure: bool, address: Optional[str]) -> None:
        self.request, self.method, self.query, self.secure, self.address = request, method, query, secure, address
        self.added: List[Tuple[str, str]] = []
        self.logger = logging.getLogger("bonin.web")

    def header(self, name: str) -> List[str]:
        """Each header of this name."""
        raise NotImplementedError

    def body(self) -> Any:
        """Step: the Body, which stays readable for the application and may have been read by it. Raises Refused."""
        raise NotImplementedError

    def ask(self, function: Callable[[Any], Any]) -> Any:
        """Step: what a function of the application's own answers of the request."""
        raise NotImplementedError

    def tell(self, function: Callable[..., Any], news: Any) -> Any:
        """Step: what a function of the application's own answers to a Decision or a Refusal."""
        raise NotImplementedError

    def call(self, verifier: Verifier, method: str, /, **arguments: Any) -> Any:
        """Step: a method of the verifier, or its awaited twin."""
        return getattr(verifier, self.prefix + method)(**arguments)


class Reply(NamedTuple):
    """What is to be sent. given: what a function of the application's own answered; None leaves the default."""

    given: Any
    default: Answer
    refusal: Optional[Refusal] = None

    @property
    def headers(self) -> Dict[str, str]:
        """What goes with an answer of the application's own, unless it says otherwise."""
        return _web.ALWAYS if self.refusal is None else _web.headers_of(self.refusal)

    def status(self, given: int) -> int:
        """Of an answer of the application's own: one that forgets its status must not say yes."""
        return self.refusal.status if self.refusal is not None and given == 200 else given


def run(steps: Steps[_T], visit: Visit) -> _T:
    """Takes the steps one after the other."""
    send, value = steps.send, None
    while True:
        try:
            step = send(value)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        try:
            send, value = steps.send, step(visit)
        except BaseException as error:
            send, value = steps.throw, error


async def arun(steps: Steps[_T], visit: Visit) -> _T:
    """Awaits the steps one after the other."""
    send, value = steps.send, None
    while True:
        try:
            step = send(value)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        try:
            send, value = steps.send, await step(visit)
        except BaseException as error:
            send, value = steps.throw, error


class Door:
    """Judges a request, before a view of the application's own."""

    def __init__(
        self,
        verifier: Verifier,
        *,
        on_denied: Any,
        subject: Any,
        expect: Any,
        begun: bool,
        settle_ms: Optional[int],
        cookie: Any,
        retry_url: Any,
        **functions: Any,
    ) -> None:
        given = {"on_denied": on_denied, "subject": subject, "expect": expect, **functions}
        _router_options.check_options(verifier, begun, settle_ms, given)
        self.verifier, self.begun = verifier, begun
        self.settle_ms = _router_options.settle_of(begun, settle_ms)
        self.on_denied, self.subject, self.expect = on_denied, subject, expect
        self.cookie = _router_options.checked_cookie(cookie)
        self.retry_url = retry_url if callable(retry_url) else _router_options.checked_retry_url(retry_url)

    def decide(self, visit: Visit) -> Steps[Union[Decision, Refusal]]:
        """What the request names, judged. Errors of the application's own functions are the framework's to handle."""
        try:
            api = self.verifier.portone.api
            reading = visit.method in READING
            named = _web.read_query(api, visit.query) if reading else _web.read_body(api, (yield methodcaller("body")))
            who = yield from self.who(visit, begins=False, begun=self.begun)
            asked = {**named, "begun": self.begun, "settle_ms": self.settle_ms}
            return (yield from self._judged("verify", asked, who))
        except Refused as refused:
            return refused.refusal

    def refuse(self, visit: Visit, refusal: Refusal) -> Steps[Reply]:
        _say(visit, refusal)
        retry_url = yield from self._retry_url()
        given = None if self.on_denied is None else (yield methodcaller("tell", self.on_denied, refusal))
        return Reply(given, _web.answer_refusal(refusal, _asked(visit, retry_url)), refusal)

    def who(self, visit: Visit, *, begins: bool, begun: bool) -> Steps[Any]:
        """Who asks. A browser that has no id gets a new one, which no flow was begun for.

        begins: it begins a flow. begun: it must have begun one.
        """
        if self.subject is not None:
            return (yield methodcaller("ask", self.subject))
        asker = (visit.header(_web.TOKEN), visit.header("Cookie"), visit.secure)
        known = _web.known_subject(*asker, self.cookie)
        if known:
            return known
        if begun and not begins:
            raise Refused(_refusal.no_cookie())
        fresh = new_id()
        visit.added.append(_web.subject_header(fresh, *asker, self.cookie))
        return fresh

    def _judged(self, name: str, arguments: Dict[str, Any], who: Any) -> Steps[Union[Decision, Refusal]]:
        expect = {} if self.expect is None else (yield methodcaller("ask", self.expect))
        with _refusal.refusing():
            asked = {"subject": _router_options.checked_subject(who), "expect": _router_options.checked_expect(expect)}
            return _refusal.outcome((yield methodcaller("call", self.verifier, name, **arguments, **asked)))

    def _retry_url(self) -> Steps[str]:
        if not callable(self.retry_url):
            return str(self.retry_url)
        return _router_options.checked_retry_url((yield methodcaller("ask", self.retry_url)))


class Route(NamedTuple):
    """path: below the application's prefix. name: `begin`, `finish`, `redirect`, `send`, `confirm` or `resend`."""

    path: str
    name: str
    method: str
    run: Callable[[Visit], Steps[Reply]]


def places(api: Api, otp: bool) -> List[Tuple[str, str, str]]:
    """Path, name and method of each route."""
    found = [("/begin", "begin", "POST"), ("", "finish", "POST"), ("/redirect", "redirect", "GET")]
    if otp:
        found += [("/send", "send", "POST"), ("/confirm", "confirm", "POST")]
        found += [("/resend", "resend", "POST")] if api == "v2" else []
    return [(_web.path(api) + path, name, method) for path, name, method in found]


class Router(Door):
    """The routes for the API of a verifier."""

    def __init__(
        self,
        verifier: Verifier,
        *,
        on_allowed: Any,
        on_again: Any,
        allowed_origins: Iterable[str],
        otp: Any,
        flow: Dict[str, Any],
        **door: Any,
    ) -> None:
        super().__init__(verifier, on_allowed=on_allowed, on_again=on_again, **door)
        self.on_allowed, self.on_again = on_allowed, on_again
        self.allowed_origins = _router_options.checked_origins(allowed_origins)
        self.flows = _router_options.FlowMaker(verifier, flow)
        self.codes = _router_options.OtpMaker(otp, self.flows)
        if self.begun:
            self.flows.warn_of_channel()

    @property
    def routes(self) -> List[Route]:
        runs = {
            "begin": self._begin,
            "finish": self._finish,
            "redirect": self._finish,
            "send": self._send,
            "confirm": self._confirm,
            "resend": self._resend,
        }
        found = places(self.verifier.portone.api, self.codes.wanted)
        return [Route(path, name, method, runs[name]) for path, name, method in found]

    def answer(self, visit: Visit, route: Route) -> Steps[Reply]:
        """Whatever the method of the request is."""
        try:
            if visit.method != route.method:
                raise Refused(_refusal.refusal("method_not_allowed", allow=route.method))
            return (yield from route.run(visit))
        except Refused as refused:
            return (yield from self.refuse(visit, refused.refusal))

    def _begin(self, visit: Visit) -> Steps[Reply]:
        self._expect_own_site(visit)
        who = yield from self.who(visit, begins=True, begun=False)
        asked = {}
        for name, function in self.flows.functions.items():
            asked[name] = yield methodcaller("ask", function)
        with _refusal.refusing():
            return Reply(None, self.flows.begin(who, asked, visit.query))

    def _finish(self, visit: Visit) -> Steps[Reply]:
        return (yield from self._pass_on(visit, (yield from self.decide(visit))))

    def _send(self, visit: Visit) -> Steps[Reply]:
        self._expect_own_site(visit)
        person = _web.read_person((yield methodcaller("body")), visit.address)
        who = yield from self.who(visit, begins=True, begun=False)
        asked = None if self.codes.function is None else (yield methodcaller("ask", self.codes.function))
        with _refusal.refusing():
            arguments = {"subject": _router_options.checked_subject(who), **self.codes.arguments(person, asked)}
            return Reply(None, _web.answer_sent((yield methodcaller("call", self.verifier, "send_otp", **arguments))))

    def _resend(self, visit: Visit) -> Steps[Reply]:
        self._expect_own_site(visit)
        id = _web.read_code((yield methodcaller("body")))["id"]
        who = yield from self.who(visit, begins=False, begun=True)
        with _refusal.refusing():
            yield methodcaller("call", self.verifier, "resend_otp", subject=_router_options.checked_subject(who), id=id)
        return Reply(None, _web.answer_json({"sent": True}))

    def _confirm(self, visit: Visit) -> Steps[Reply]:
        code = _web.read_code((yield methodcaller("body")))
        who = yield from self.who(visit, begins=False, begun=True)
        return (yield from self._pass_on(visit, (yield from self._judged("confirm_otp", code, who))))

    def _pass_on(self, visit: Visit, decided: Union[Decision, Refusal]) -> Steps[Reply]:
        if isinstance(decided, Decision):
            given = None if self.on_allowed is None else (yield methodcaller("tell", self.on_allowed, decided))
            return Reply(given, _web.answer_json({"allowed": True}))
        if not _refusal.is_again(decided):
            return (yield from self.refuse(visit, decided))
        given = None if self.on_again is None else (yield methodcaller("tell", self.on_again, decided.decision))
        return Reply(given, _web.answer_again(_asked(visit, (yield from self._retry_url()))))

    def _expect_own_site(self, visit: Visit) -> None:
        """A page of somebody else's must not begin a flow here: it would take the place of the one that is under way."""
        host = "".join(visit.header("Host")[:1])
        if _web.is_cross_site(visit.header("Sec-Fetch-Site"), visit.header("Origin"), host, self.allowed_origins):
            raise Refused(_refusal.refusal("cross_site"))


def _asked(visit: Visit, retry_url: str) -> Tuple[str, str, str, str]:
    accept, languages = (",".join(visit.header(name)) for name in ("Accept", "Accept-Language"))
    return visit.method, accept, languages, retry_url


_hints: Set[str] = set()


def _say(visit: Visit, refusal: Refusal) -> None:
    """What an operator must know: each failure, PortOne's or the store's as a warning; once a likely mistake of the application's."""
    if refusal.code == "internal":
        visit.logger.error("an identity verification could not be checked: %s", refusal.error)
    elif refusal.code == "unavailable" and refusal.error is not None:
        # Not the framework's logger: Django's keeps warnings to itself in production.
        told = "an identity verification could not be checked now: %s: %s"
        logging.getLogger("bonin").warning(told, type(refusal.error).__name__, refusal.error)
    hint = _refusal.hint_of(refusal)
    if hint and hint not in _hints:
        _hints.add(hint)
        visit.logger.warning("bonin: %s (said once)", hint)
