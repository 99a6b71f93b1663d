"""One taxonomy: the Python classes, the core's table and the shared vectors say the same."""

import inspect
import json
import pickle
from typing import Any, Callable, Dict

import pytest
from vectors import body_of, load

import bonin
import bonin.errors
from bonin import _native

VECTORS = load("errors")
SEND = {
    "channel_key": "channel-key-1", "carrier": "SKT", "method": "SMS", "name": "김보닌",
    "phone_number": "01000000001", "ip_address": "127.0.0.1",
}  # fmt: skip
OTP = {
    "name": "김보닌", "phone": "01000000001", "birth": "900315", "gender_digit": "2", "carrier": "SKT",
    "channel_key": "channel-key-1",
}  # fmt: skip
OPERATIONS: Dict[str, Callable[[Any], Any]] = {
    "v1 lookup": lambda client: client.lookup("imp_123456789012"),
    "v1 erase": lambda client: client.erase("imp_123456789012"),
    "v1 request_otp": lambda client: client.request_otp(**OTP),
    "v1 confirm_otp": lambda client: client.confirm_otp("imp_123456789012", "123456"),
    "v2 lookup": lambda client: client.lookup("iv-1"),
    "v2 list": lambda client: next(client.list()),
    "v2 send": lambda client: client.send("iv-1", **SEND),
    "v2 resend": lambda client: client.resend("iv-1"),
    "v2 confirm": lambda client: client.confirm("iv-1", "123456"),
}


def classes() -> Dict[str, Any]:
    found = dict(inspect.getmembers(bonin.errors, inspect.isclass))
    return {name: cls for name, cls in found.items() if issubclass(cls, bonin.BoninError) and cls.kind}


def test_the_classes_are_the_native_table() -> None:
    table = [
        {
            "name": cls.kind,
            "class_name": name,
            "base": cls.__mro__[1].__name__,
            "retryable": cls.retryable,
        }
        for name, cls in classes().items()
    ]
    native = [{key: row[key] for key in ("name", "class_name", "base", "retryable")} for row in _native.error_kinds()]
    by_name = lambda row: str(row["name"])
    assert sorted(table, key=by_name) == sorted(native, key=by_name)
    # What is wrong with an argument, a policy document or a key, what a cancelled call leaves, and what is in the way of
    # one, the message itself says.
    said = {"invalid_argument", "invalid_policy", "invalid_pepper", "cancelled", "conflict"}
    assert {row["name"] for row in _native.error_kinds() if not row["hint"]} == said


def test_the_native_table_is_the_shared_one() -> None:
    assert [
        {"kind": row["name"], "class": row["class_name"], "base": row["base"], "retryable": row["retryable"]}
        for row in _native.error_kinds()
    ] == VECTORS["kinds"]


def test_every_class_is_public() -> None:
    assert set(classes()) | {"BoninError"} <= set(bonin.__all__)
    assert issubclass(bonin.InvalidId, ValueError)
    assert issubclass(bonin.TimedOut, TimeoutError)


@pytest.mark.parametrize("case", VECTORS["answers"], ids=lambda case: case["name"])
def test_answers(case: Any, sandbox: bonin.Sandbox) -> None:
    client: Any
    if case["api"] == "v1":
        client = bonin.PortOneV1(
            imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret, base_url=sandbox.url, max_attempts=1
        )
        path = "/certifications/*"
    else:
        client = bonin.PortOneV2(api_secret=sandbox.api_secret, base_url=sandbox.url, max_attempts=1)
        path = "/identity-verifications*"
    sandbox.fault(
        "respond",
        match={"path": path},
        times=100,
        status=case["status"],
        headers=case.get("headers", {}),
        body=body_of(case).decode(),
    )
    expect = case["expect"]
    with client, pytest.raises(bonin.BoninError) as raised:
        OPERATIONS[f"{case['api']} {case['operation']}"](client)
    error = raised.value
    for name, value in expect.items():
        if name not in ("what_contains", "what_lacks"):
            assert (getattr(error, name) or "" if value == "" else getattr(error, name)) == value, name
    assert type(error).__name__ == {row["kind"]: row["class"] for row in VECTORS["kinds"]}[expect["kind"]]
    assert error.attempts >= 1 and error.request
    for text in (str(error), repr(error)):
        for secret in (error.portone_message, error.pg_message):
            assert not secret or len(secret) < 3 or secret not in text


def test_an_error_can_be_pickled() -> None:
    for name, cls in classes().items():
        error = cls("a message", parameter="id", http_status=404, attempts=2, hint="look again")
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is cls, name
        assert str(again) == "a message"
        assert vars(again) == vars(error)


def test_a_pickled_error_leaves_the_words_of_others_behind() -> None:
    for name, cls in classes().items():
        error = cls("a message", portone_code="X", portone_message="카나리아 1", pg_code="9", pg_message="카나리아 2")
        assert (error.portone_message, error.pg_message) == ("카나리아 1", "카나리아 2")
        assert "카나리아" not in repr(vars(error)), name
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            for thing in (error, vars(error)) if protocol > 1 else (error,):
                assert "카나리아".encode() not in pickle.dumps(thing, protocol)
                assert b"uce74" not in pickle.dumps(thing, protocol)
        again = pickle.loads(pickle.dumps(error))
        assert (again.portone_message, again.pg_message) == (None, None)
        assert (again.portone_code, again.pg_code) == ("X", "9")


def test_a_pickled_denial_leaves_the_decision_behind(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    with pytest.raises(bonin.Denied) as raised:
        verifier.require(sandbox.verify("minor"))
    again = pickle.loads(pickle.dumps(raised.value))
    assert type(again) is bonin.Denied and again.decision is None
    assert str(again) == str(raised.value)


def test_the_text_of_a_denial(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    with pytest.raises(bonin.Denied) as raised:
        verifier.require(sandbox.verify("minor"))
    assert str(raised.value) == "denied by policy `kr.youth_protection`: age (too_young)"
    assert raised.value.hint


def test_the_text_says_what_where_and_what_to_do(v2: bonin.PortOneV2) -> None:
    with pytest.raises(bonin.NotFound) as raised:
        v2.lookup("iv-unknown")
    text = str(raised.value)
    assert "iv-unknown" not in text
    assert "GET /identity-verifications/{id}" in text and "404" in text
    assert raised.value.hint in text
    assert text == json.loads(json.dumps(text)) and "\n" not in text
