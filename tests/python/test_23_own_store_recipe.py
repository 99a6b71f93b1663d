"""The whole own store that docs/registry-own.md shows: in every state of a person, and with many sign-ups at once."""

import itertools
import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List

import pytest
from conftest import ROOT, Observe, environment, python
from persons import PEPPER, People
from test_24_account_new import OTHERS, judge
from vectors import load

import bonin

STATES = [
    state
    for state in load("sign_up")["states"]
    # It has no bans. Of two persons it says no more than that they are two.
    if all(step[0] != "ban" for step in state["steps"]) and state["denied"].get("account") != "two_persons"
]
SIGN_UP = {"name": "sign-up", "rules": [{"account": "new"}, {"single_use": True}, {"rejoin_period_over": True}]}


def recipe(name: str = "registry-own.md") -> str:
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.M | re.S)
    (block,) = (block for block in blocks if "class People" in block)
    return block


class Recipe:
    """The store over a file of its own."""

    def __init__(self, path: Path) -> None:
        names: Dict[str, Any] = {}
        exec(recipe(), names)
        self.path = path
        with sqlite3.connect(path) as db:
            db.executescript(names["SCHEMA"])
        self.store = names["People"](self.connect)

    def connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=60)
        db.execute("PRAGMA synchronous = OFF")  # the test outlives no power cut
        return db

    def accounts(self) -> List[str]:
        with sqlite3.connect(self.path) as db:
            return [row[0] for row in db.execute("SELECT account FROM person WHERE account IS NOT NULL")]


def test_both_guides_show_the_same() -> None:
    assert recipe() == recipe("registry-own.ko.md")


@pytest.mark.parametrize("state", STATES, ids=lambda state: str(state["name"]))
def test_every_state_with_every_set_of_rules(state: Dict[str, Any], people: People, tmp_path: Path) -> None:
    accepted = state.get("registry_accepts", [])
    chosen = itertools.chain.from_iterable(itertools.combinations(OTHERS, n) for n in range(len(OTHERS) + 1))
    for number, (others, or_same) in enumerate(itertools.product(chosen, (False, True))):
        store = Recipe(tmp_path / f"{number}.db").store
        with bonin.Registry(own_store=store, pepper=PEPPER, accept_page_chosen_di=accepted) as registry:
            judge(people, registry, state, others, or_same)


def test_who_comes_again_and_who_leaves(people: People, tmp_path: Path) -> None:
    recipe = Recipe(tmp_path / "app.db")
    with bonin.Registry(own_store=recipe.store, pepper=PEPPER) as registry:
        verifier = bonin.Verifier(people.v2, bonin.Policy(SIGN_UP), registry=registry)
        id = people.id("kim")

        def why(id: str, subject: str) -> List[Any]:
            return [finding.reason for finding in verifier.verify(id, subject=subject).denials]

        verifier.verify(id, subject="me").commit("a-1")
        assert why(id, "me") == ["signed_up"] and why(people.id("kim"), "me") == ["taken"]
        assert registry.release("a-1", rejoin_after_ms=3_600_000) and not registry.release("a-1", rejoin_after_ms=0)
        assert why(people.id("kim"), "me") == ["too_soon", "too_soon"]
        assert why(people.id("lee"), "me") == []
        place = registry.reserve(people("park"), "me").reservation
        assert place is not None and place.cancel() and not place.cancel()
        assert registry.claim(people("park"), "a-2").granted and registry.forget("a-2") and not registry.forget("a-2")
        assert recipe.accounts() == []


def test_a_claim_is_refused_as_bonin_refuses_it(people: People, tmp_path: Path) -> None:
    """By the function itself too, which decides in one step, whatever was asked before it."""
    recipe = Recipe(tmp_path / "app.db")
    with bonin.Registry(own_store=recipe.store, pepper=PEPPER) as registry:
        kim, lee = people("kim"), people("lee")
        registry.claim(kim, "a-1")
        registry.release("a-1", rejoin_after_ms=3_600_000)
        rejoin_at = recipe.store.standing(registry.keys(kim))["rejoin_at"]
        too_soon = ("refused", "rejoin_period", rejoin_at)
        assert recipe.store.claim(registry.keys(kim), "a-2") == too_soon
        claim = registry.try_claim(kim, "a-2")
        assert claim[:2] == too_soon[:2] and claim.until is not None
        assert abs((claim.until - rejoin_at).total_seconds()) < 0.001
        place = registry.reserve(lee, "me").reservation
        assert place is not None
        for outcome in (recipe.store.claim(registry.keys(lee), "a-3"), registry.try_claim(lee, "a-3")):
            assert outcome == ("taken", "reserved", None)
        assert registry.try_commit(place.id, "a-3").outcome == "created"
        assert registry.try_claim(lee, "a-3").outcome == "existing", "its reservation is no more than a row by now"
    assert recipe.accounts() == ["a-3"]


def sign_up(verifier: bonin.Verifier, id: str, subject: str) -> str:
    decision = verifier.verify(id, subject=subject)
    if not decision.allowed:
        return "denied"
    try:
        decision.commit(f"account of {subject}")
    except bonin.ClaimRefused:
        return "refused"
    return "created"


def test_many_sign_ups_of_one_person_at_once(people: People, tmp_path: Path, observed: Observe) -> None:
    recipe = Recipe(tmp_path / "app.db")
    with bonin.Registry(own_store=recipe.store, pepper=PEPPER, timeout_ms=60_000) as registry:
        verifier = bonin.Verifier(people.v2, bonin.Policy(SIGN_UP), registry=registry)
        for round_ in range(5):
            ids = [people.id(f"kim-{round_}") for _ in range(24)]
            start = threading.Barrier(12)

            def one(i: int, ids: List[str] = ids, start: threading.Barrier = start, round_: int = round_) -> str:
                if i < 12:
                    start.wait()
                return sign_up(verifier, ids[i], f"{round_}-{i}")

            with ThreadPoolExecutor(12) as pool:
                ends = list(pool.map(one, range(24)))
            assert ends.count("created") == 1, ends
        # Nor with one verification that many bring.
        id = people.id("lee")
        with ThreadPoolExecutor(12) as pool:
            ends = list(pool.map(lambda i: sign_up(verifier, id, f"lee-{i}"), range(24)))
        assert ends.count("created") == 1 and ends.count("denied") == 23
    assert len(recipe.accounts()) == 6
    observed(51, "Python: an own store in SQLite with every function, 24 sign-ups of one person at once: one account")


def test_several_processes_at_once(people: People, sandbox: bonin.Sandbox, tmp_path: Path) -> None:
    """Each with connections and threads of its own; one verifies, and another commits by the id."""
    recipe_at = Recipe(tmp_path / "app.db")
    script = f"""
import bonin, os, sqlite3, sys
from concurrent.futures import ThreadPoolExecutor
names = {{}}
exec({recipe()!r}, names)
store = names["People"](lambda: sqlite3.connect({str(recipe_at.path)!r}, timeout=60))
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
registry = bonin.Registry(own_store=store, pepper={PEPPER!r}, timeout_ms=60_000)
verifier = bonin.Verifier(v2, bonin.Policy({SIGN_UP!r}), registry=registry)
def one(at):
    number, id = at
    decision = verifier.verify(id, subject=f"{{sys.argv[1]}}-{{number}}")
    if not decision.allowed:
        return "denied"
    return registry.try_commit(decision.reservation.id, f"a-{{sys.argv[1]}}-{{number}}").outcome
with ThreadPoolExecutor(6) as pool:
    print(*pool.map(one, enumerate(sys.argv[2:])))
"""
    ids = [people.id("kim") for _ in range(8)]
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda n: python(["-c", script, str(n), *ids], environment(sandbox)), range(3)))
    ends = " ".join(one.stdout for one in done).split()
    assert len(ends) == 24 and ends.count("created") == 1, (ends, [one.stderr for one in done])
    assert len(recipe_at.accounts()) == 1
