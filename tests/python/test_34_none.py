"""None where a value is meant: refused, never something weaker than leaving it out."""

import copy
import json
from typing import Any, Dict, Iterator, Tuple

import pytest
import vectors
from conftest import Observe
from persons import PEPPER, People

import bonin

POLICIES = [case["policy"] for case in vectors.load("policy")["cases"] if isinstance(case["policy"], dict)]


def with_none(value: Any, path: Tuple[Any, ...] = ()) -> Iterator[Tuple[Any, ...]]:
    """The way to every value of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from with_none(item, (*path, key))


def test_anywhere_in_a_policy(observed: Observe) -> None:
    spots = 0
    for document in POLICIES:
        bonin.Policy(document)
        for path in with_none(document):
            changed = copy.deepcopy(document)
            place: Any = changed
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = None
            spots += 1
            with pytest.raises(bonin.InvalidPolicy):
                bonin.Policy(changed)
    assert spots > 200
    for key in ("extends", "accept_self_declared", "description", "fresh", "channel", "rules"):
        with pytest.raises(bonin.InvalidPolicy):
            bonin.Policy({"name": "x", "rules": [{"account": "same"}], key: None})
    observed(87, "Python: `InvalidPolicy` for None anywhere in a document")


@pytest.mark.parametrize(
    "options",
    [{"begun": None}, {"begun": 0}, {"begun": ""}, {"expect": None}, {"expect": {"name": None}},
     {"expect": {"merchant_uid": None}}, {"expect": {"birth_date": None}}, {"expect": []}],
)  # fmt: skip
def test_of_verify(
    options: Dict[str, Any], verifier: bonin.Verifier, sandbox: bonin.Sandbox, observed: Observe
) -> None:
    for call in (verifier.verify, verifier.require, verifier.averify, verifier.arequire):
        with pytest.raises(bonin.InvalidArgument):
            call("iv-1", subject="session-1", **options)  # type: ignore[operator]
    assert sandbox.requests["total"] == 0
    observed(
        87,
        "Python: `InvalidArgument` for `begun=None`, `expect=None` and an expected value that is None; nothing is sent",
    )


def test_of_a_policy(people: People) -> None:
    kim = people("kim")
    assert kim.verified_at is not None
    policy = bonin.Policy.preset("kr.not_child")
    for expect in (None, {"name": None}):
        wrong: Any = expect
        with pytest.raises(bonin.InvalidArgument):
            policy.evaluate(kim, now=kim.verified_at, expect=wrong)
        with pytest.raises(bonin.InvalidArgument):
            policy.evaluate_many([kim], now=kim.verified_at, expect=wrong)
    for standing in ({"account": None}, {"banned": None}, {}):  # what is not known denies
        told = bonin.Policy({"name": "x", "rules": [{"account": "same"}, {"not_banned": True}]})
        assert not told.evaluate(kim, now=kim.verified_at, standing=standing).allowed  # type: ignore[arg-type]


def test_left_out_or_none_begun_needs_its_subject(verifier: bonin.Verifier, sandbox: bonin.Sandbox) -> None:
    id = sandbox.verify("adult", id=verifier.begin("session-1", channel_key="channel-key-1").id)
    assert verifier.verify(id, subject="session-1", begun=True).allowed
    for options in ({}, {"subject": None}):
        with pytest.raises(bonin.InvalidArgument):
            verifier.verify(id, begun=True, **options)  # type: ignore[arg-type]


def test_of_a_registry(registry: bonin.Registry, people: People) -> None:
    kim = people("kim")
    calls: Any = [
        lambda: bonin.Registry("sqlite::memory:", pepper=None),
        lambda: bonin.Registry("sqlite::memory:", peppers=[]),
        lambda: bonin.Registry("sqlite::memory:", peppers=[None]),  # type: ignore[list-item]
        lambda: bonin.Registry("sqlite::memory:", peppers=[PEPPER, None]),  # type: ignore[list-item]
        lambda: bonin.Registry("sqlite::memory:", peppers=[("id", None)]),  # type: ignore[list-item]
        lambda: bonin.Registry("sqlite::memory:", pepper=PEPPER, keys=[None]),  # type: ignore[list-item]
        lambda: bonin.Registry(None, pepper=PEPPER, own_store=None),
        lambda: registry.admit(kim, "s-1", consume=None),  # type: ignore[arg-type]
        lambda: registry.admit(kim, "s-1", reserve=None),  # type: ignore[arg-type]
        lambda: registry.admit(kim, None),  # type: ignore[arg-type]
        lambda: registry.claim(kim, None),  # type: ignore[arg-type]
        lambda: registry.match(kim, None),  # type: ignore[arg-type]
        lambda: registry.consume(None, "s-1"),  # type: ignore[arg-type]
        lambda: registry.release("a-1", rejoin_after_ms=None),  # type: ignore[arg-type]
        lambda: registry.ban(account_id=None),
        lambda: registry.unban(verification=None),
    ]
    for call in calls:
        with pytest.raises(bonin.InvalidArgument):
            call()


def test_of_a_client() -> None:
    calls: Any = [
        lambda: bonin.PortOneV2(api_secret=None),
        lambda: bonin.PortOneV1(imp_key=None, imp_secret=None),  # type: ignore[arg-type]
        lambda: bonin.Sandbox(allow_remote=None),  # type: ignore[arg-type]
        lambda: bonin.Policy.preset("kr.vote", election_day=None),
    ]
    for call in calls:
        with pytest.raises(bonin.InvalidArgument):
            call()


@pytest.mark.filterwarnings("ignore::bonin.ColumnsWarning")  # a birth date alone
def test_what_changes_while_it_is_read(verifier: bonin.Verifier, sandbox: bonin.Sandbox, people: People) -> None:
    """A dict of the caller's own class: what was checked is what counts."""

    class Fickle(dict):  # type: ignore[type-arg]
        reads = 0

        def __getitem__(self, key: Any) -> Any:
            Fickle.reads += 1
            return None

        get = __getitem__

    id = sandbox.verify({"name": "Kim", "birth_date": "1990-05-17"})
    expect: Any = Fickle(name="Lee")
    assert [f.code for f in verifier.verify(id, expect=expect).denials] == ["expect"]
    document = Fickle(name="x", rules=[Fickle(age={"at_least": 19, "by": "full"})])
    assert json.loads(bonin.Policy(document).document)["rules"][-1] == {"age": {"at_least": 19, "by": "full"}}
    assert Fickle.reads == 0

    class Columns:
        """Any mapping will do: each column is asked for once."""

        asked: Dict[str, int] = {}

        def keys(self) -> Any:
            return ["birth_date"]

        def __getitem__(self, name: str) -> Any:
            self.asked[name] = self.asked.get(name, 0) + 1
            return [7000, 7000] if self.asked[name] == 1 else None

    kim = people("kim")
    assert kim.verified_at is not None
    columns: Any = Columns()
    try:
        bonin.Policy.preset("kr.not_child").evaluate_columns(columns, now=kim.verified_at)
    except bonin.InvalidArgument:
        pass
    assert columns.asked == {"birth_date": 1}
