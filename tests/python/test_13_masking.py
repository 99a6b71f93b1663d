"""A canary: personal data and secrets appear in nothing that is printed, formatted, dumped or pickled."""

import asyncio
import copy
import inspect
import json
import logging
import pickle
import traceback
from typing import Any, Callable, Dict, List

import pytest
from conftest import Observe

import bonin
from bonin.web import refusal_of

PERSON: Dict[str, Any] = {
    "name": "카나리아", "birth_date": "1991-11-11", "gender": "female", "phone": "01099998888", "carrier": "KT",
    "ci": "CANARYCI" + "A" * 80, "di": "CANARYDI" + "B" * 56,
}  # fmt: skip
CANARIES = ["카나리아", "1991-11-11", "1991, 11, 11", "01099998888", "CANARYCI", "CANARYDI"]


def clean(text: str, *more: str) -> None:
    for canary in [*CANARIES, *more]:
        assert canary not in text


def things(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> List[Any]:
    decision = verifier.verify(sandbox.verify(PERSON), expect={"name": "카나리아", "phone": "01099998888"})
    verification = decision.verification
    person = verification.person
    assert person.name.reveal() == "카나리아" and person.ci.reveal() == PERSON["ci"]
    attributes = [getattr(person, name) for name in person.to_dict()]
    return [decision, verification, person, verification.channel, *attributes]


def test_printed(sandbox: bonin.Sandbox, verifier: bonin.Verifier, observed: Observe) -> None:
    judged = verifier.verify_many([sandbox.verify(PERSON), "CANARYCI no id"])
    clean(repr(list(judged)) + str(judged[1]) + repr(judged.counts))
    for thing in [*things(sandbox, verifier), judged, judged[0]]:
        for text in (repr(thing), str(thing), f"{thing}", f"{thing!r}", "%s" % (thing,), repr([thing]), ascii(thing)):
            clean(text)
        assert not hasattr(thing, "__dict__")
        if hasattr(thing, "_repr_html_"):
            clean(thing._repr_html_())
    observed(46, "Python: no canary in repr, str, format and HTML of decisions, verifications and their parts")


def test_walked(sandbox: bonin.Sandbox, verifier: bonin.Verifier, observed: Observe) -> None:
    """As inspectors, completers and pretty printers do: every property is read, no function is called."""
    seen = 0

    def walk(thing: Any, depth: int) -> None:
        nonlocal seen
        clean(repr(thing))
        for name in dir(thing) if depth else ():
            if name.startswith("_") or callable(member := getattr(thing, name)):
                continue
            seen += 1
            for one in member if isinstance(member, (list, tuple)) else [member]:
                walk(one, depth - 1)

    for thing in things(sandbox, verifier):
        walk(thing, 4)
        clean(repr(inspect.getmembers(thing)))
    assert seen > 100
    observed(46, "Python: no canary in any property, down to the last")


def test_dumped(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    ways: List[Callable[[Any], Any]] = [json.dumps, pickle.dumps, copy.copy, copy.deepcopy, vars, dict, list]
    ways += [lambda thing, protocol=protocol: pickle.dumps(thing, protocol) for protocol in range(2, 6)]
    for thing in things(sandbox, verifier):
        for way in ways:
            with pytest.raises(TypeError) as raised:
                way(thing)
            clean(str(raised.value))


def test_the_record_of_a_decision(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    clean(verifier.verify(sandbox.verify(PERSON), expect={"name": "아닌이"}).record(), "아닌이")


def test_logged(
    sandbox: bonin.Sandbox,
    verifier: bonin.Verifier,
    caplog: pytest.LogCaptureFixture,
    observed: Observe,
    defended: Observe,
) -> None:
    with caplog.at_level(logging.DEBUG):
        for thing in things(sandbox, verifier):
            logging.getLogger("app").info("%s %r", thing, thing)
    clean(caplog.text)
    observed(46, "Python: no canary in a log")
    defended(11, "Python: logged, a verification shows no value")


def test_denials_and_errors(
    sandbox: bonin.Sandbox, verifier: bonin.Verifier, v2: bonin.PortOneV2, observed: Observe
) -> None:
    id = sandbox.verify(PERSON)
    minor = sandbox.verify({**PERSON, "birth_date": "2020-11-11"})
    raised: List[BaseException] = []
    calls: List[Callable[[], Any]] = [
        lambda: verifier.require(minor, expect={"name": "카나리아"}),
        lambda: asyncio.run(verifier.arequire(minor)),  # type: ignore[arg-type]
        lambda: verifier.verify(id, expect={"name": "카나리아", "phone": ["01099998888"]}),  # type: ignore[typeddict-item]
        lambda: verifier.verify(id, expect={"birth_date": "1991-11-11x"}),
        lambda: verifier.verify(id, expect={"name": "카나리아" * 20}),
        lambda: v2.lookup("01099998888 카나리아"),
        lambda: v2.send("iv-1", name="카나리아", phone_number="01099998888"),  # type: ignore[call-arg]
    ]
    for call in calls:
        with pytest.raises(bonin.BoninError) as error:
            call()
        raised.append(error.value)
    sandbox.fault("respond", status=400, body=json.dumps({"type": "X", "message": "카나리아 01099998888"}))
    with pytest.raises(bonin.Rejected) as refused:
        v2.lookup(id)
    assert refused.value.portone_message == "카나리아 01099998888"
    sandbox.fault("respond", status=200, body=json.dumps({"id": "iv-2", "verifiedCustomer": PERSON}))
    with pytest.raises(bonin.MismatchedAnswer) as mismatched:
        v2.lookup(id)
    for one in [*raised, refused.value, mismatched.value]:
        clean(str(one), id)
        clean(repr(one), id)
        clean("".join(traceback.format_exception_only(type(one), one)))
    observed(46, "Python: no canary in errors and denials, nor in their tracebacks")


def test_checks_drains_and_the_numbers_of_a_registry(sandbox: bonin.Sandbox, policy: bonin.Policy) -> None:
    secrets = {"api_secret": "CANARYDI-secret", "base_url": sandbox.v2_url}
    words = json.dumps({"type": "카나리아", "message": "카나리아 01099998888"})
    with bonin.Registry("sqlite::memory:", pepper="CANARYCI" * 5) as registry, bonin.PortOneV2(**secrets) as client:
        verifier = bonin.Verifier(client, policy, registry=registry)
        sandbox.fault("respond", status=403, body=words)
        reports = [verifier.check(), verifier.check()]
        assert [report.checks[2].reason for report in reports] == ["forbidden", "unauthorized"]
        verifier.drain()
        with pytest.raises(bonin.Draining) as draining:
            verifier.verify("01099998888")
        for thing in (*reports, reports[0].to_dict(), draining.value, registry.metrics()):
            for text in (repr(thing), str(thing)):
                clean(text)


def test_metrics_the_log_and_the_refusals_of_the_circuit(
    sandbox: bonin.Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bonin")
    id = sandbox.verify(PERSON)
    words = json.dumps({"type": "카나리아", "message": "카나리아 01099998888"})
    errors: List[bonin.BoninError] = []
    with bonin.PortOneV2(api_secret=sandbox.api_secret, base_url=sandbox.v2_url, max_attempts=2) as v2:
        v2.lookup(id)
        sandbox.fault("respond", status=200, body=json.dumps({"id": "iv-2", "verifiedCustomer": PERSON}))
        sandbox.fault("respond", status=503, body=words, times=100)
        for i in range(20):  # of one id alone nobody else would hear
            with pytest.raises(bonin.BoninError) as raised:
                (v2.resend if i % 2 else v2.lookup)(f"{id}-{i}")
            errors.append(raised.value)
        sandbox.clear_faults()
        with bonin.PortOneV1(imp_key="canary", imp_secret="canary", base_url=sandbox.v1_url) as v1:
            with pytest.raises(bonin.Unauthorized):
                v1.lookup("imp_19911111")
            metrics = str(v1.metrics()) + str(v2.metrics())
        assert v2.circuit == "open" and "pausing" in str(errors[-1])
    clean(metrics, id, "canary", "19911111")
    names = {record.__dict__["bonin"]["name"] for record in caplog.records}
    assert names >= {"call.succeeded", "call.failed", "call.retry", "call.refused", "circuit.opened", "token.failed"}
    for record in caplog.records:
        clean(record.getMessage() + repr(vars(record)), id, "canary", "19911111", sandbox.api_secret)
    for error in errors:
        clean(str(error) + repr(error), id)


def test_calls_that_fit_no_signature(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """Whatever is called, and on whatever: pybind11's own message would print all arguments."""
    expect = {"name": "카나리아", "phone": "01099998888"}
    calls = 0
    for thing in [*things(sandbox, verifier), verifier, verifier.policy, verifier.portone]:
        for name, member in vars(type(thing)).items():
            if name in ("__init__", "__module__", "__doc__", "__hash__") or name.startswith("_pybind11"):
                continue
            getter: Any = getattr(member, "fget", None)
            function: Any = getter or getattr(type(thing), name)
            if not callable(function):
                continue
            for wrong in (
                lambda: function("카나리아", expect, value="카나리아"),
                lambda: function(None, "카나리아", expect=expect),
                lambda: function(thing, "카나리아", "카나리아", expect, value="카나리아"),
            ):
                calls += 1
                try:
                    clean(str(wrong()) if name != "to_dict" else "")
                except Exception as error:
                    clean(str(error))
    assert calls > 100
    person = verifier.verify(sandbox.verify(PERSON)).verification.person
    matches: Any = person.name.matches
    with pytest.raises(TypeError) as raised:
        matches(value="카나리아")
    assert str(raised.value) == "matches() does not take these arguments"
    assert person.name.matches("카나리아")


def test_refusals_for_glue_of_ones_own(
    sandbox: bonin.Sandbox, verifier: bonin.Verifier, v2: bonin.PortOneV2, observed: Observe
) -> None:
    """However the application prints or sends what `refusal_of` answers; of somebody else's flow not even the rules."""
    minor = {**PERSON, "birth_date": "2020-11-11"}
    own = verifier.verify(sandbox.verify(minor), expect={"name": "카나리아", "phone": "01012341234"})
    stolen = sandbox.verify(minor, id=verifier.begin("kim", channel_key="channel-1").id)
    foreign = verifier.verify(stolen, subject="lee", begun=True)
    refusals = [refusal_of(own), refusal_of(foreign)]
    for words in ({"type": "X", "message": "카나리아 01099998888"}, {"id": "iv-2", "verifiedCustomer": PERSON}):
        sandbox.fault("respond", status=400 if "type" in words else 200, body=json.dumps(words))
        with pytest.raises(bonin.BoninError) as raised:
            v2.lookup(stolen)
        refusals.append(refusal_of(raised.value))
    assert [refused.code for refused in refusals] == ["denied", "denied", "internal", "internal"]
    for refused in refusals:
        for text in (repr(refused), str(refused), f"{refused}", json.dumps(refused.to_dict(), ensure_ascii=False)):
            clean(text, stolen, sandbox.api_secret, "01012341234")
    assert "too_young" in repr(refusals[0]) and "too_young" not in repr(refusals[1])
    observed(46, "Python: no canary in what `bonin.web.refusal_of` answers")


def test_locals_in_tracebacks_of_the_package(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """Error collectors show the locals of every frame: those of the package hold nothing."""

    def inside(error: BaseException) -> List[Any]:
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
        return [frame for frame in trace.stack if "/bonin/" in frame.filename]

    coroutine = verifier.arequire(sandbox.verify({**PERSON, "birth_date": "2020-11-11"}), expect={"name": "카나리아"})
    with pytest.raises(bonin.Denied) as denied:
        asyncio.run(coroutine)  # type: ignore[arg-type]
    assert not inside(denied.value), "an awaited call has frames of the package"
    portone: Any = verifier.portone
    sandbox.fault("status", status=500, times=100)
    with pytest.raises(bonin.BoninError) as failed:
        next(iter(portone.list(customer_name="카나리아", customer_phone_number="01012341234")))
    frames = inside(failed.value)
    assert frames
    clean("".join(repr(frame.locals) for frame in frames))


def test_secrets(sandbox: bonin.Sandbox, policy: bonin.Policy, observed: Observe) -> None:
    clients: List[Any] = [
        bonin.PortOneV1(imp_key="canary-key", imp_secret="canary-secret", base_url=sandbox.url),
        bonin.PortOneV2(api_secret="canary-secret", store_id="store-1", base_url=sandbox.url),
        bonin.PortOneV2(api_key="canary-key", base_url=sandbox.url),
        bonin.PortOneV2(api_secret="canary-secret", auth="login", base_url=sandbox.url),
    ]
    for client in clients:
        verifier = bonin.Verifier(client, policy)
        for thing in (client, verifier):
            clean(repr(thing) + str(thing) + f"{thing}", "canary")
            with pytest.raises(TypeError) as refused:
                pickle.dumps(thing)
            clean(str(refused.value), "canary")
        with pytest.raises(bonin.Unauthorized) as raised:
            client.lookup("imp_1")
        clean(str(raised.value) + repr(raised.value) + repr(vars(raised.value)), "canary")
    observed(46, "Python: no credential in anything that is printed")


def test_a_provider_that_is_not_known_is_named_in_the_log(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, caplog: Any
) -> None:
    with caplog.at_level(logging.WARNING, "bonin"):
        v2.lookup(sandbox.verify("adult", provider="NICE_V2"))
    told = [(one.name, one.getMessage()) for one in caplog.records]
    assert ("bonin.provider", "unknown provider=NICE_V2") in told
