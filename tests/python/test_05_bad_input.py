"""Bad input: a clear error of its own kind that names the parameter, and nothing is sent."""

import asyncio
import datetime
from typing import Any, Callable, List

import pytest
from conftest import Observe
from vectors import load

import bonin


def create(api: str, options: Any, sandbox: bonin.Sandbox) -> Any:
    given = {"base_url": sandbox.url, **options}
    if api == "v1":
        return bonin.PortOneV1(**{"imp_key": sandbox.imp_key, "imp_secret": sandbox.imp_secret, **given})
    return bonin.PortOneV2(**{"api_secret": sandbox.api_secret, **given})


def call(client: Any, case: Any) -> None:
    parts = case.get("id_repeat", [])
    id = case.get("id", "".join(text * times for text, times in zip(parts[::2], parts[1::2])))
    arguments = case.get("arguments", {})
    if case["call"] == "list":
        next(client.list(**arguments))
    elif case["call"] == "request_otp":
        client.request_otp(**arguments)
    elif case["call"] == "send" and not arguments:
        client.send(
            id, channel_key="channel-key-1", carrier="SKT", method="SMS", name="김보닌",
            phone_number="01000000001", ip_address="127.0.0.1",
        )  # fmt: skip
    else:
        getattr(client, case["call"])(id, **arguments)


@pytest.mark.parametrize("case", load("bad_input"), ids=lambda case: case["name"])
def test_bad_input(case: Any, sandbox: bonin.Sandbox) -> None:
    with pytest.raises(bonin.InvalidArgument) as raised:
        client = create(case["api"], case.get("options", {}), sandbox)
        with client:
            call(client, case)
    assert raised.value.kind == case["expect"]["kind"]
    assert raised.value.parameter == case["expect"]["parameter"]
    assert sandbox.requests["total"] == 0


@pytest.mark.parametrize("id", [None, 5, b"iv-1", ["iv-1"], "iv-\ud800"])
def test_an_id_of_another_type_is_a_malformed_id(
    id: Any, sandbox: bonin.Sandbox, v2: bonin.PortOneV2, verifier: bonin.Verifier
) -> None:
    for use in (v2.lookup, verifier.verify, verifier.require, v2.resend):
        with pytest.raises(bonin.InvalidId) as raised:
            use(id)
        assert raised.value.parameter == "id"
    with pytest.raises(bonin.InvalidId):
        asyncio.run(verifier.averify(id))  # type: ignore[arg-type]
    assert sandbox.requests["total"] == 0


def test_values_of_other_types(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    for wrong, parameter, cls in (
        ({"timeout_ms": "fast"}, "timeout_ms", bonin.InvalidTimeout),
        ({"timeout_ms": True}, "timeout_ms", bonin.InvalidTimeout),
        ({"timeout_ms": 10**30}, "timeout_ms", bonin.InvalidTimeout),
        ({"timeout_ms": -1}, "timeout_ms", bonin.InvalidTimeout),
        ({"subject": 5.5}, "subject", bonin.InvalidArgument),
        ({"expect": "order-1"}, "expect", bonin.InvalidArgument),
        ({"expect": {"merchantUid": "order-1"}}, "expect.merchantUid", bonin.InvalidArgument),
        ({"expect": {"name": 5}}, "expect.name", bonin.InvalidArgument),
        ({"expect": {"birth_date": "1990-02-30"}}, "expect.birth_date", bonin.InvalidArgument),
    ):
        with pytest.raises(cls) as raised:
            verifier.verify("iv-1", **wrong)  # type: ignore[arg-type]
        assert raised.value.parameter == parameter
    assert sandbox.requests["total"] == 0


@pytest.mark.parametrize(
    ("field", "limit"), [("name", 200), ("phone", 1000), ("custom_data", 1000), ("merchant_uid", 1000)]
)
def test_what_is_expected_has_a_length(
    field: Any, limit: int, sandbox: bonin.Sandbox, verifier: bonin.Verifier, observed: Observe
) -> None:
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    uses: List[Callable[[Any], Any]] = [
        lambda expect: verifier.verify("iv-1", expect=expect),
        lambda expect: asyncio.run(verifier.averify("iv-1", expect=expect)),
        lambda expect: verifier.policy.evaluate_many([], now=now, expect=expect),
    ]
    for use in uses:
        with pytest.raises(bonin.InvalidArgument) as raised:
            use({field: "x" * (limit + 1)})
        assert raised.value.parameter == f"expect.{field}"
        assert f"{limit} bytes" in str(raised.value)
    assert sandbox.requests["total"] == 0
    verifier.policy.evaluate_many([], now=now, expect={field: "x" * limit})
    observed(70, "Python: `InvalidArgument` that names the field and its limit; nothing is sent")


def test_wrong_calls_are_type_errors_that_print_no_argument(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    make: Any = bonin.PortOneV2
    lookup: Any = v2.lookup
    for wrong in (
        lambda: make("canary-secret"),
        lambda: make(api_secret="canary-secret", secret="canary-secret"),
        lambda: lookup("canary-secret", "canary-secret"),
        lambda: lookup("canary-secret", id="canary-secret"),
        lambda: lookup("canary-secret", subject="canary-secret"),
        lambda: lookup(),
    ):
        with pytest.raises(TypeError) as raised:
            wrong()
        assert "canary" not in str(raised.value)
    with pytest.raises(TypeError, match="unexpected keyword argument `subject`"):
        lookup("iv-1", subject="x")
    with pytest.raises(bonin.MissingCredentials) as missing:
        make(api_secret=5)
    assert missing.value.parameter == "api_secret"


def test_an_unknown_keyword_is_refused_beside_any_other(
    sandbox: bonin.Sandbox, v2: bonin.PortOneV2, policy: bonin.Policy
) -> None:
    """Also beside `api_key`, which is read more than once: a client must not be made for another host."""
    make: Any = bonin.PortOneV2
    load: Any = bonin.Policy.load
    judge: Any = bonin.Verifier
    for wrong, name in (
        (lambda: make(api_key="k", base_ur1=sandbox.url), "base_ur1"),
        (lambda: make(api_key="k", auth="api_key", base_url=sandbox.url, time_out=1), "time_out"),
        (lambda: make(api_secret="s", stoer_id="x"), "stoer_id"),
        (lambda: load(path="x", encoding="y"), "encoding"),
        (lambda: judge(portone=v2, policy=policy, registery=None), "registery"),
    ):
        with pytest.raises(TypeError, match=f"unexpected keyword argument `{name}`"):
            wrong()


def test_two_credentials_need_a_word_which(sandbox: bonin.Sandbox) -> None:
    with pytest.raises(bonin.InvalidArgument) as raised:
        bonin.PortOneV2(api_secret="canary", api_key="canary")  # type: ignore[call-overload, unused-ignore]
    assert raised.value.parameter == "auth" and "canary" not in str(raised.value)
    both: Any = {"api_secret": sandbox.api_secret, "api_key": sandbox.api_key, "base_url": sandbox.url}
    for auth in ("secret", "api_key"):
        with bonin.PortOneV2(auth=auth, **both) as client, pytest.raises(bonin.NotFound):
            client.lookup("iv-1")


def test_no_object_is_half_made() -> None:
    for name in bonin.__all__:
        cls = getattr(bonin, name)
        if isinstance(cls, type) and cls.__mro__[-2].__name__ == "pybind11_object":
            for base in (cls, object):
                with pytest.raises(TypeError):
                    base.__new__(cls)

    class Mine(bonin.PortOneV2):
        def __init__(self, secret: str) -> None:
            super().__init__(api_secret=secret)

    assert repr(Mine("secret")) == "PortOneV2(host=api.portone.io)"
    with pytest.raises(TypeError):
        Mine.__new__(Mine)


def test_a_verifier_needs_a_client_and_a_policy(v2: bonin.PortOneV2, policy: bonin.Policy) -> None:
    make: Any = bonin.Verifier
    for arguments, parameter in (
        ((policy, v2), "portone"),
        ((v2, {"name": "x"}), "policy"),
        ((None, policy), "portone"),
    ):
        with pytest.raises(bonin.InvalidArgument) as raised:
            make(*arguments)
        assert raised.value.parameter == parameter
