"""What a registry makes of an own store's answers: tests/vectors/own_store.json."""

import datetime
from types import SimpleNamespace
from typing import Any, Callable, Dict, List

import pytest
from persons import PEPPER, People
from vectors import load

import bonin

CASES = load("own_store")
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


class Broken(Exception):
    """Something of the application's."""


ERRORS: Dict[str, Callable[[], Exception]] = {
    "conflict": lambda: bonin.Conflict("the keys lead to two"),
    "not_found": lambda: bonin.NotFound("no such account"),
    "other": Broken,
}


def moment(given: Any) -> Any:
    if isinstance(given, bool) or not isinstance(given, int):
        return given
    return NOW + datetime.timedelta(milliseconds=given)


def answer_of(name: str, given: Any) -> Any:
    if isinstance(given, dict) and "raises" in given:
        raise ERRORS[given["raises"]]()
    if name == "standing" and isinstance(given, dict):
        return {key: moment(value) if key != "account" else value for key, value in given.items()}
    if name in ("claim", "commit") and isinstance(given, dict):
        return bonin.Claim(given["outcome"], given.get("reason"), moment(given.get("until")))
    return given


class Store:
    """The functions that a case names, as attributes."""

    def __init__(self, answers: Dict[str, Any]) -> None:
        self.asked: List[str] = []
        for name, given in {"find": None, "claim": "created", **answers}.items():
            setattr(self, name, self.function(name, list(given) if isinstance(given, list) else given))

    def function(self, name: str, given: Any) -> Callable[..., Any]:
        def run(*_: Any) -> Any:
            self.asked.append(name)
            return answer_of(name, given.pop(0) if isinstance(given, list) else given)

        return run


class AsyncStore(Store):
    def function(self, name: str, given: Any) -> Callable[..., Any]:
        run = super().function(name, given)

        async def later(*more: Any) -> Any:
            return run(*more)

        return later


def call(people: People, registry: bonin.Registry, case: Dict[str, Any]) -> Dict[str, Any]:
    kim = people("kim")
    what = case["call"]
    if what in ("verify", "make"):
        policy = bonin.Policy({"name": "n", "rules": case[what]})
        decision = bonin.Verifier(people.v2, policy, registry=registry).verify(kim.id, subject="me")
        assert decision.allowed is not decision.denials
        return {
            "denied": {finding.code: finding.reason for finding in decision.denials},
            "reserved": decision.reservation is not None,
        }
    if what == "standing":
        return {"standing": registry.standing(kim, subject="me")}
    if what == "admit":
        asked: Any = dict.fromkeys(case["admit"], True)
        standing, reservation = registry.admit(kim, "me", **asked)
        return {"standing": standing, "reserved": reservation is not None}
    if what.startswith("reserve"):
        reservation, reason = registry.reserve(kim, "me")
        if what == "reserve_cancel":
            assert reservation
            return {"answer": reservation.cancel()}
        if what == "reserve_commit":
            assert reservation
            return claimed(registry.try_commit(reservation.id, "a-1"))
        return {"reserved": reservation is not None, "reason": reason}
    if what == "commit":
        return claimed(registry.try_commit("c1~anything", "a-1"))
    if what == "claim":
        return claimed(registry.try_claim(kim, "a-1"))
    calls: Dict[str, Callable[[], Any]] = {
        "find": lambda: registry.find(kim),
        "match": lambda: registry.match(kim, "a-1"),
        "consume": lambda: registry.consume(kim.id, "me"),
        "cancel": lambda: registry.cancel("c1~anything"),
        "ban": lambda: registry.ban(verification=kim, until=NOW + datetime.timedelta(days=1), reason="r"),  # type: ignore[func-returns-value]
        "unban": lambda: registry.unban(account_id="a-1"),
        "release": lambda: registry.release("a-1", rejoin_after_ms=1000),
        "forget": lambda: registry.forget("a-1"),
    }
    return {"answer": calls[what]()}


def claimed(claim: bonin.Claim) -> Dict[str, Any]:
    return {"outcome": claim.outcome, "reason": claim.reason, "until": claim.until}


@pytest.mark.parametrize("kind", [Store, AsyncStore])
@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_case(case: Dict[str, Any], kind: Any, people: People) -> None:
    store, gives = kind(case["answers"]), case["gives"]
    with bonin.Registry(own_store=store, pepper=PEPPER) as registry:
        try:
            got = call(people, registry, case)
        except bonin.BoninError as error:
            got = {"error": error.kind}
            if "lacks" in gives:
                assert f"`{gives['lacks']}" in str(error)
                got["lacks"] = gives["lacks"]
    for name, wanted in gives.items():
        told = got[name]
        if name == "standing":
            told = {member: told[member] for member in wanted}
        assert told == (moment(wanted) if name == "until" else wanted), name
        if name == "denied":
            assert ("reserved" in gives) and got["reserved"] is gives["reserved"]
    assert ("error" in got) is ("error" in gives), got
    assert store.asked == case["asked"]


@pytest.mark.parametrize("case", CASES["incomplete"], ids=lambda case: "+".join(case["functions"]))
def test_half_a_pair_is_refused(case: Dict[str, Any]) -> None:
    store = SimpleNamespace(**{name: lambda *_: None for name in ["find", "claim", *case["functions"]]})
    with pytest.raises(bonin.InvalidArgument) as raised:
        bonin.Registry(own_store=store, pepper=PEPPER)
    assert raised.value.parameter == "own_store"
    for name in case["names"]:
        assert f"`{name}`" in str(raised.value)


def test_what_the_functions_are_given(people: People) -> None:
    seen: Dict[str, Any] = {}

    def keep(name: str, answer: Any) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            seen.setdefault(name, given)
            return answer

        return run

    answers = {
        "find": None,
        "claim": "created",
        "standing": SimpleNamespace(account=None, banned_until=None, rejoin_at=None),
        "consume": "first",
        "reserve": None,
        "commit": "created",
        "cancel": True,
        "ban": None,
        "unban": True,
        "release": True,
        "forget": True,
    }
    store = SimpleNamespace(**{name: keep(name, answer) for name, answer in answers.items()})
    kim = people("kim")
    end = NOW + datetime.timedelta(days=1)
    with bonin.Registry(own_store=store, pepper=PEPPER) as registry:
        keys = registry.keys(kim)
        place = registry.admit(kim, "me", consume=True, reserve=True).reservation
        assert place is not None and len(place.id) == 32
        again = registry.reserve(kim, "me").reservation
        assert again is not None and again.id == place.id, "the same subject's by the same verification is the same"
        assert registry.commit(place.id, 7).granted and registry.cancel(place.id)
        registry.ban(verification=kim, until=end, reason="abuse")
        registry.unban(account_id=7)
        registry.release("a-1", rejoin_after_ms=60_000)
        registry.forget("a-1")
        with pytest.raises(bonin.InvalidArgument):
            registry.ban(person=1)
        with pytest.raises(bonin.InvalidArgument):
            registry.ban(account_id="a-1", until=NOW - datetime.timedelta(days=1))
    assert seen["standing"] == (keys,)
    id_hash, subject_hash = seen["consume"]
    assert len(id_hash) == len(subject_hash) == 64 and id_hash != subject_hash
    assert seen["reserve"][:2] == (keys, place.id) and len(seen["reserve"][2]) == 64
    assert seen["reserve"][3] == place.expires_at and place.expires_at.utcoffset() is not None
    assert seen["commit"] == (place.id, "7") and seen["cancel"] == (place.id,)
    assert seen["ban"] == ({"keys": keys}, end, "abuse")
    assert seen["unban"] == ({"account_id": "7"},)
    assert seen["release"][0] == "a-1" and seen["release"][1] > NOW + datetime.timedelta(seconds=59)
    assert seen["forget"] == ("a-1",)


def test_who_comes_again_is_known_by_the_reservation(people: People) -> None:
    """Where the store tells which reservation the account came of: `signed_up`, to that subject and verification alone."""
    kept: Dict[str, Any] = {"account": None, "banned_until": None, "rejoin_at": None, "reservation_id": None}

    class Users:
        def find(self, keys: Any) -> Any:
            return kept["account"]

        def claim(self, keys: Any, account_id: str) -> Any:
            raise AssertionError("it has a commit")

        def standing(self, keys: Any) -> Any:
            return dict(kept)

        def reserve(self, keys: Any, reservation_id: str, subject_hash: str, until: Any) -> None:
            return None

        def commit(self, reservation_id: str, account_id: str) -> Any:
            kept.update(account=account_id, reservation_id=reservation_id)
            return "created"

        def cancel(self, reservation_id: str) -> bool:
            return True

    policy = bonin.Policy({"name": "n", "rules": [{"account": "new"}]})
    peppers: Any = [("new", "n" * 32), ("old", PEPPER)]
    with (
        bonin.Registry(own_store=Users(), pepper=("old", PEPPER)) as old,
        bonin.Registry(own_store=Users(), peppers=peppers) as new,
    ):
        id, another = people.id("kim"), people.id("kim")
        first = bonin.Verifier(people.v2, policy, registry=old).verify(id, subject="me")
        assert first.commit("a-1").granted
        for registry in (old, new):
            verifier = bonin.Verifier(people.v2, policy, registry=registry)

            def why(id: str, subject: str, verifier: bonin.Verifier = verifier) -> List[Any]:
                return [finding.reason for finding in verifier.verify(id, subject=subject).denials]

            assert why(id, "me") == ["signed_up"]
            assert why(id, "you") == ["taken"] and why(another, "me") == ["taken"]
            kept["banned_until"] = True
            assert why(id, "me") == ["banned"]
            kept["banned_until"] = None
