"""What a user is told by errors of what to do next, and by a router that cannot begin."""

import json
import logging
import pathlib
import pickle
from typing import Any, Callable, Dict, Iterator

import pytest
from conftest import ROOT
from flask import Flask

import bonin
from bonin.flask import identity_blueprint

VECTORS = json.loads((ROOT / "tests" / "vectors" / "texts.json").read_text(encoding="utf-8"))
PRESET = "kr.youth_protection"


class Stage:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.sandbox = bonin.Sandbox()
        self.portone = self.sandbox.connect()
        self.verifier = bonin.Verifier(self.portone, bonin.Policy.preset(PRESET))

    def another_pepper(self) -> None:
        store = f"sqlite:{self.folder}/people.db"
        found = self.portone.lookup(self.sandbox.verify("adult"))
        first = bonin.Registry(store, pepper="a" * 32)
        first.claim(found, "account-1")
        first.close()
        second = bonin.Registry(store, pepper="b" * 32)
        try:
            second.find(found)
        finally:
            second.close()

    @staticmethod
    def closed() -> bonin.Registry:
        registry = bonin.Registry("sqlite::memory:", pepper="a" * 32)
        registry.close()
        return registry


DO: Dict[str, Callable[[Any], Any]] = {
    "another pepper than the store's": Stage.another_pepper,
    "a pepper of a variable that is not set": lambda s: bonin.Registry("sqlite::memory:", pepper="env:BONIN_NOT_SET"),
    "a short pepper": lambda s: bonin.Registry("sqlite::memory:", pepper="short"),
    "http to another machine": lambda s: bonin.PortOneV2(api_secret="x", base_url="http://example.com"),
    "a store of no kind": lambda s: bonin.Registry("oracle:x", pepper="a" * 32),
    "an unknown field of the sandbox": lambda s: s.sandbox.control("verify", persona="adult", chanel_type="TEST"),
    "an unknown field of what is expected": lambda s: s.verifier.verify("an-id", expect={"names": "x"}),
    "a subject that is too long": lambda s: s.verifier.begin("x" * 1001, channel_key="channel-key-1"),
    "a reservation without an id": lambda s: bonin.Registry("sqlite::memory:", pepper="a" * 32).commit("", "account-1"),
    "both credentials of V2": lambda s: bonin.PortOneV2(api_secret="x", api_key="y"),
    "a closed registry": lambda s: Stage.closed().count(),
    "an OTP of a channel that a function tells": lambda s: identity_blueprint(
        s.verifier, channel_key=lambda: "channel-key-1", otp=True
    ),
    "a sandbox for other machines that was not allowed": lambda s: bonin.Sandbox(host="0.0.0.0"),
    "a number for an id in the sandbox": lambda s: s.sandbox.control("verify", persona="adult", id=5),
    "a number for a duration": lambda s: bonin.Policy({"name": "x", "rules": [{"fresh": 600}]}),
    "a preset that needs a day": lambda s: bonin.Policy.preset("kr.vote"),
    "a policy about accounts without a registry": lambda s: bonin.Verifier(
        s.portone, bonin.Policy({"name": "x", "rules": [{"account": "new"}]})
    ),
    "a credential that is kept elsewhere": lambda s: bonin.PortOneV2(api_secret="env:BONIN_API_SECRET"),
    "a preset's name for a document": lambda s: bonin.Policy("kr.youth_protection"),
    "a file of members that is not there": lambda s: bonin.Registry("sqlite::memory:", pepper="a" * 32).import_file(
        "nope.csv", kind="ci"
    ),
    "a flow for nobody": lambda s: s.verifier.begin("", channel_key="channel-key-1"),
    "an id of V1 that is none": lambda s: s.sandbox.connect(api="v1").lookup("nonsense"),
}


@pytest.fixture
def stage(tmp_path: pathlib.Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.portone.close()
    made.sandbox.close()


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda one: str(one["do"]))
def test_what_an_error_says(stage: Stage, case: Any) -> None:
    with pytest.raises(bonin.BoninError) as raised:
        DO[case["do"]](stage)
    assert case["says"] in str(raised.value)
    assert "not" not in case or case["not"] not in str(raised.value)


def test_a_router_that_cannot_begin_says_so(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    def routed(name: str, **more: Any) -> None:
        Flask(name).register_blueprint(identity_blueprint(stage.verifier, **more))

    with caplog.at_level(logging.WARNING, "bonin"):
        routed("elsewhere", begun=False)
        routed("asked", channel_key=lambda: "channel-key-1")
        assert caplog.text == ""
        routed("none")
    assert "`channel_key` is missing" in caplog.text or "channel_key is missing" in caplog.text


def test_a_printed_flow_says_nothing_of_the_person(stage: Stage) -> None:
    customer = {"fullName": "홍길동", "phoneNumber": "01012345678"}
    flow = stage.verifier.begin("session-1", channel_key="channel-key-1", customer=customer)
    for text in (repr(flow), str(flow), f"{flow}"):
        assert flow.id in text and "customer" in text
        assert "홍길동" not in text and "5678" not in text
    assert flow.request["customer"]["fullName"] == "홍길동"


def test_a_count_does_not_wait_for_a_database_that_is_not_there() -> None:
    registry = bonin.Registry("postgresql://u:p@127.0.0.1:1/x", pepper="a" * 32, timeout_ms=300)
    with pytest.raises(bonin.StoreUnavailable):
        registry.count()
    registry.close()


def test_what_is_not_pickled_says_what_to_keep(stage: Stage) -> None:
    decision = stage.verifier.verify(stage.sandbox.verify("minor"))
    for thing, keep in ((decision.findings[0], "its to_dict"), (stage.verifier.policy.rules[0], "its code")):
        with pytest.raises(TypeError, match=f"keep {keep}"):
            pickle.dumps(thing)


def test_a_duration_that_is_no_time_limit_names_no_time_limit(stage: Stage) -> None:
    with pytest.raises(bonin.InvalidArgument, match="`reservation_life_ms`") as life:
        bonin.Registry("sqlite::memory:", pepper="a" * 32, reservation_life_ms=1.5)  # type: ignore[arg-type]
    with pytest.raises(bonin.InvalidArgument, match="`settle_ms`") as settle:
        stage.verifier.verify("an-id", subject="s", begun=True, settle_ms=1.5)  # type: ignore[arg-type]
    assert "600000" not in str(life.value) + str(settle.value)
    assert {type(life.value), type(settle.value)} == {bonin.InvalidArgument}


def test_a_slip_in_an_import_is_told_by_the_function_that_was_called() -> None:
    with bonin.Registry("sqlite::memory:", pepper="a" * 32) as registry:
        with pytest.raises(TypeError, match=r"import_\(\) .*`on_conflicts`; did you mean `on_conflict`\?"):
            registry.import_([], on_conflicts=print)  # type: ignore[call-arg]
        with pytest.raises(TypeError, match=r"import_file\(\) .*`knd`; did you mean `kind`\?"):
            registry.import_file("nope.csv", knd="ci")  # type: ignore[call-arg]
