"""The hashed keys for an application's own tables, and its own ids."""

import enum
import re
import sqlite3
import threading
import uuid
from pathlib import Path
from typing import Any, Dict, List

import pytest
from conftest import ROOT
from persons import People

import bonin


def guide(name: str) -> Dict[str, Any]:
    """The Python of the guide that shows the tables."""
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.M | re.S)
    (block,) = (block for block in blocks if "def sign_up" in block)
    names: Dict[str, Any] = {"text": block}
    exec(block, names)
    return names


def keyring(*peppers: str, **options: Any) -> bonin.Registry:
    given = [(name, name * 32) for name in peppers]
    return bonin.Registry("sqlite::memory:", peppers=given, **options)


def test_both_guides_show_the_same() -> None:
    assert guide("registry-own.md")["text"] == guide("registry-own.ko.md")["text"]


def test_keys_are_those_that_a_store_holds(registry: bonin.Registry, people: People) -> None:
    kim = people("kim")
    keys = registry.keys(kim)
    assert [(key.kind, key.provider) for key in keys] == [("ci", "DANAL"), ("di", "DANAL")]
    assert all(key.hash_bytes.hex() == key.hash and len(key.hash_bytes) == 32 for key in keys)
    registry.claim(kim, "a-1")
    (person,) = registry.export()
    assert {stored.key for stored in person.keys} == set(keys)
    assert registry.keys(verification=kim) == keys
    assert "CI-kim" not in repr(keys)


def test_keys_come_under_every_pepper_the_newest_first(people: People) -> None:
    with keyring("n", "o") as both, keyring("o") as old:
        assert [(key.kind, key.pepper_id) for key in both.keys(people("kim"))] == [
            ("ci", "n"), ("ci", "o"), ("di", "n"), ("di", "o"),
        ]  # fmt: skip
        assert set(old.keys(people("kim"))) < set(both.keys(people("kim")))


def test_who_cannot_be_told_has_no_keys(people: People) -> None:
    page_chosen = people("kim", ci=None)
    registry = keyring("n")
    chosen = people.v2.lookup(people.id("kim", provider="KCP_V2", ci=None))
    for nobody in (people("kim", ci=None, di=None), chosen):
        with pytest.raises(bonin.InvalidArgument) as raised:
            registry.keys(nobody)
        assert raised.value.parameter == "verification"
    assert [key.kind for key in registry.keys(page_chosen)] == ["di"]
    with keyring("n", accept_page_chosen_di=["KCP_V2"]) as accepting:
        assert [key.kind for key in accepting.keys(chosen)] == ["di"]
    for wrong in (lambda: registry.keys(), lambda: registry.keys(5), lambda: registry.keys(page_chosen, 1)):  # type: ignore[call-arg, arg-type]
        with pytest.raises((TypeError, bonin.InvalidArgument)):
            wrong()
    registry.close()
    with pytest.raises(bonin.Closed):
        registry.keys(page_chosen)


@pytest.fixture
def tables(tmp_path: Path) -> Any:
    names = guide("registry-own.md")
    path = tmp_path / "shop.db"

    def connect() -> sqlite3.Connection:
        db = sqlite3.connect(path, timeout=60)
        db.execute("PRAGMA foreign_keys = ON")
        return db

    with connect() as db:
        db.executescript(names["SCHEMA"])
    names["connect"] = connect
    return names


def test_one_of_many_sign_ups_at_once_wins(tables: Any, people: People) -> None:
    kim = people("kim")
    made: List[Any] = []

    def sign_up(n: int, registry: bonin.Registry) -> None:
        db = tables["connect"]()
        made.append(tables["sign_up"](db, registry, kim, f"kim-{n}"))
        db.close()

    # In the middle of a rotation: some have the new pepper first, some the old one.
    with keyring("n", "o") as new, keyring("o", "n") as old:
        threads = [threading.Thread(target=sign_up, args=(n, (new, old)[n % 2])) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (user,) = (user for user in made if user is not None)
        db = tables["connect"]()
        assert tables["user_of"](db, new, kim) == tables["user_of"](db, old, people("kim", ci=None)) == user
    assert db.execute("SELECT count(*) FROM users").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM user_key").fetchone() == (4,)
    db.close()


def test_what_is_learned_is_kept_and_two_users_are_a_conflict(tables: Any, people: People) -> None:
    db = tables["connect"]()
    with keyring("o") as old, keyring("n", "o") as both, keyring("n") as new:
        user = tables["sign_up"](db, old, people("kim", di=None), "kim")
        assert tables["user_of"](db, new, people("kim")) is None, "the new pepper alone knows nobody"
        assert tables["sign_up"](db, both, people("kim"), "again") is None
        assert tables["user_of"](db, both, people("kim")) == user
        assert tables["user_of"](db, new, people("kim", ci=None)) == user, "moved when met, with the di that came"
        other = tables["sign_up"](db, both, people("lee", di=None), "lee")
        assert other not in (None, user)
        mixed = people("lee", di="DI-kim".ljust(64, "="))
        assert tables["sign_up"](db, both, mixed, "mixed") is None
        with pytest.raises(bonin.Conflict):
            tables["user_of"](db, both, mixed)
    assert db.execute("SELECT count(*) FROM users").fetchone() == (2,)
    db.close()


class Number(enum.IntEnum):
    SEVEN = 7


def test_ids_may_be_numbers_and_uuids(registry: bonin.Registry, people: People) -> None:
    kim, lee = people("kim"), people("lee")
    own = uuid.uuid4()
    assert registry.claim(kim, 7).outcome == "created"
    for same in ("7", 7, Number.SEVEN):
        assert registry.claim(kim, same).outcome == "existing" and registry.match(kim, same)
    assert registry.find(kim) == "7" and registry.standing(kim, subject=7)["account"] == "same"
    assert registry.consume("iv-1", own) == "first" and registry.consume("iv-1", str(own)) == "same_subject"
    place = registry.reserve(lee, 2**80).reservation
    assert place is not None and place.commit(own).outcome == "created"
    assert registry.find(lee) == str(own)
    assert registry.ban(account_id=own) is None and registry.unban(account_id=str(own)) is True
    assert registry.release(own, rejoin_after_ms=0) is True and registry.forget(7) is True


@pytest.mark.parametrize(
    "wrong", [True, 7.0, b"7", None, object(), (7,), 10**5000], ids=lambda wrong: type(wrong).__name__
)
def test_other_ids_are_refused(wrong: Any, registry: bonin.Registry, people: People) -> None:
    for call in (lambda: registry.claim(people("kim"), wrong), lambda: registry.consume("iv-1", wrong)):
        with pytest.raises(bonin.InvalidArgument) as raised:
            call()
        assert raised.value.parameter in ("account_id", "subject")
        assert "700" not in str(raised.value)
    assert registry.count() == (0, 0, 0, 0)
