"""A blocking call asks the own store on its own thread: there are the application's transaction and its connection."""

import asyncio
import contextvars
import os
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterator, List, Optional

import pytest
import web
from conftest import environment, python
from persons import PEPPER, People

import bonin

NEW = {"name": "new", "rules": [{"account": "new"}, {"single_use": True}]}
note: "contextvars.ContextVar[str]" = contextvars.ContextVar("note", default="")


class Table:
    """Users in SQLite. A connection of each thread's own, which no other thread may touch."""

    def __init__(self, path: str) -> None:
        self.path, self.local = path, threading.local()
        with self.db:
            self.db.executescript(
                "CREATE TABLE user_key (hash TEXT PRIMARY KEY, account TEXT NOT NULL);"
                "CREATE TABLE used (id TEXT PRIMARY KEY, subject TEXT NOT NULL);"
            )

    @property
    def db(self) -> sqlite3.Connection:
        if not hasattr(self.local, "db"):
            self.local.db = sqlite3.connect(self.path, timeout=30, isolation_level=None)  # check_same_thread is on
        db: sqlite3.Connection = self.local.db
        return db

    def find(self, keys: List[bonin.PersonKey]) -> Optional[str]:
        marks = ", ".join("?" for _ in keys)
        row = self.db.execute(
            f"SELECT account FROM user_key WHERE hash IN ({marks})", [key.hash for key in keys]
        ).fetchone()
        return None if row is None else row[0]

    def claim(self, keys: List[bonin.PersonKey], account_id: str) -> Any:
        outer = self.db.in_transaction
        try:
            if not outer:
                self.db.execute("BEGIN IMMEDIATE")
            self.db.executemany("INSERT INTO user_key VALUES (?, ?)", [(key.hash, account_id) for key in keys])
            if not outer:
                self.db.execute("COMMIT")
        except sqlite3.IntegrityError:
            if not outer:
                self.db.execute("ROLLBACK")
            return "existing" if self.find(keys) == account_id else bonin.Claim("taken", "other_account")
        return "created"

    def consume(self, id_hash: str, subject_hash: str) -> Any:
        if self.db.execute("INSERT INTO used VALUES (?, ?) ON CONFLICT DO NOTHING", (id_hash, subject_hash)).rowcount:
            return "first"
        (known,) = self.db.execute("SELECT subject FROM used WHERE id = ?", (id_hash,)).fetchone()
        return "same_subject" if known == subject_hash else "other_subject"


@pytest.fixture
def table(tmp_path: Any) -> Table:
    return Table(str(tmp_path / "app.db"))


@pytest.fixture
def registry(table: Table) -> Iterator[bonin.Registry]:
    with bonin.Registry(own_store=table, pepper=PEPPER, timeout_ms=60_000) as made:
        yield made


def test_in_the_transaction_that_the_caller_opened(people: People, table: Table, registry: bonin.Registry) -> None:
    kim = people("kim")
    verifier = bonin.Verifier(people.v2, bonin.Policy(NEW), registry=registry)
    table.db.execute("BEGIN IMMEDIATE")
    decision = verifier.verify(kim.id, subject="s-1")
    assert decision.commit("a-1").outcome == "created"
    assert registry.find(kim) == "a-1" and registry.consume("iv-9", "s-1") == "first"
    table.db.execute("ROLLBACK")
    assert registry.find(kim) is None, "what the store did is undone with the caller's transaction"
    assert verifier.verify(kim.id, subject="s-2").allowed, "the use as well"


def test_every_thread_with_its_own_connection(people: People, table: Table, registry: bonin.Registry) -> None:
    kim = people("kim")

    def claim(i: int) -> str:
        return registry.try_claim(kim, f"a-{i}").outcome

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(claim, range(60)))
    assert outcomes.count("created") == 1 and outcomes.count("taken") == 59


def test_another_call_from_within(people: People, table: Table, registry: bonin.Registry) -> None:
    kim, lee = people("kim"), people("lee")
    threads: List[int] = []

    class Outer(Table):
        def __init__(self) -> None:
            pass

        def find(self, keys: Any) -> Any:
            threads.append(threading.get_ident())
            assert people.v2.lookup(lee.id).id == lee.id, "a call of a client's own"
            registry.claim(lee, "a-lee")
            return registry.find(lee)

        def claim(self, keys: Any, account_id: str) -> Any:
            return registry.try_claim(kim, account_id)

    with bonin.Registry(own_store=Outer(), pepper=PEPPER) as outer:
        assert outer.find(kim) == "a-lee" and outer.claim(kim, "a-kim").outcome == "created"
    assert set(threads) == {threading.get_ident()} and table.find(registry.keys(kim)) == "a-kim"


def test_what_it_raises_is_the_cause_and_the_contextvars_are_the_callers(people: People) -> None:
    class Users:
        def find(self, keys: Any) -> Any:
            assert note.get() == "request 7"
            note.set("told")
            raise KeyError("gone")

        def claim(self, keys: Any, account_id: str) -> Any:
            raise SystemExit(3)

    note.set("request 7")
    with bonin.Registry(own_store=Users(), pepper=PEPPER) as registry:
        with pytest.raises(bonin.StoreFailed) as raised:
            registry.find(people("kim"))
        assert isinstance(raised.value.__cause__, KeyError)
        assert note.get() == "told", "a function of the caller's own thread, as any other"
        with pytest.raises(SystemExit):
            registry.claim(people("kim"), "a-1")


def test_a_function_that_takes_too_long(people: People) -> None:
    """It is not interrupted. Its answer comes too late, and nothing more is asked for the call."""
    asked: List[str] = []

    class Slow:
        def find(self, keys: Any) -> Any:
            asked.append("find")
            until = time.monotonic() + 0.3
            while time.monotonic() < until:
                pass

        def claim(self, keys: Any, account_id: str) -> Any:
            asked.append("claim")

        def consume(self, id_hash: str, subject_hash: str) -> Any:
            asked.append("consume")

    with bonin.Registry(own_store=Slow(), pepper=PEPPER) as registry:
        with pytest.raises(bonin.TimedOut):
            registry.find(people("kim"), timeout_ms=200)
        with pytest.raises(bonin.TimedOut):
            registry.admit(people("kim"), "s-1", consume=True, timeout_ms=200)
    assert asked == ["find", "find"]


def test_ctrl_c_in_the_function_and_while_it_is_awaited(people: People, sandbox: bonin.Sandbox) -> None:
    script = f"""
import asyncio, bonin, os, signal, time
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
kim = v2.lookup("{people.id("kim")}")
signal.signal(signal.SIGINT, signal.default_int_handler)
class Here:
    def find(self, keys):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(6_000): time.sleep(0.01)
    def claim(self, keys, account_id): return "created"
class Elsewhere:
    async def find(self, keys):
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(60)
    async def claim(self, keys, account_id): return "created"
for store in (Here(), Elsewhere()):
    registry = bonin.Registry(own_store=store, pepper="{PEPPER}", timeout_ms=50_000)
    try:
        registry.find(kim)
    except KeyboardInterrupt:
        print("free")
    assert registry.claim(kim, "a-1").granted
"""
    done = python(["-c", script], environment(sandbox))
    assert (done.returncode, done.stdout, done.stderr) == (0, "free\nfree\n", "")


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_function_that_forks(people: People) -> None:
    """The child has the call and not the threads that would go on with it: it is told so, and makes calls of its own."""
    kim, children = people("kim"), []

    class Forks:
        def find(self, keys: Any) -> Any:
            if not children:
                children.append(os.fork())
            return "a-1"

        def claim(self, keys: Any, account_id: str) -> Any:
            return "created"

        def consume(self, id_hash: str, subject_hash: str) -> Any:
            return "first"

    with bonin.Registry(own_store=Forks(), pepper=PEPPER, timeout_ms=60_000) as registry:
        status = 1
        try:
            admission = registry.admit(kim, "s-1", consume=True)
        except bonin.Closed:
            status = 0 if children[0] == 0 and registry.find(kim) == "a-1" else 2
        finally:
            if children and children[0] == 0:
                os._exit(status)
        assert admission.standing["use"] == "first"
    assert os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]) == 0


def test_a_blocking_call_on_a_loop_does_not_wait_for_it(people: People, registry: bonin.Registry) -> None:
    async def main() -> Any:
        return registry.find(people("kim"))

    assert asyncio.run(main()) is None


def test_routes_of_flask_run_it_on_the_threads_of_requests(
    people: People, table: Table, registry: bonin.Registry
) -> None:
    verifier = bonin.Verifier(people.v2, bonin.Policy(NEW), registry=registry)
    seen: List[Any] = []

    def on_allowed(decision: bonin.Decision) -> Any:
        table.db.execute("BEGIN IMMEDIATE")
        decision.commit("a-1")
        seen.append(registry.find(decision.verification))
        table.db.execute("ROLLBACK")
        seen.append(registry.find(decision.verification))
        return {"ok": True}

    browser = web.FRAMEWORKS["flask"].open(verifier, on_allowed=on_allowed)
    id = browser.verified(people.sandbox)
    assert browser.post("/identity-verifications", {"identityVerificationId": id}).status == 200
    assert seen == ["a-1", None]


class Rows:
    """Users by Django's connection: in memory, so that no other thread even sees the table."""

    def find(self, keys: List[bonin.PersonKey]) -> Any:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT account FROM bonin_user_key WHERE hash = %s", [keys[0].hash])
            row = cursor.fetchone()
        return None if row is None else row[0]

    def claim(self, keys: List[bonin.PersonKey], account_id: str) -> Any:
        from django.db import IntegrityError, connection, transaction

        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("INSERT INTO bonin_user_key VALUES (%s, %s)", [keys[0].hash, account_id])
        except IntegrityError:
            return "existing" if self.find(keys) == account_id else bonin.Claim("taken", "other_account")
        return "created"


class Undone(Exception):
    """Rolls a transaction back."""


def test_in_a_transaction_of_django(people: People) -> None:
    pytest.importorskip("django")
    import djangos  # noqa: F401
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bonin_user_key (hash TEXT PRIMARY KEY, account TEXT NOT NULL)")
    seen: List[Any] = []
    kim = people("kim")
    with bonin.Registry(own_store=Rows(), pepper=PEPPER) as registry:
        verifier = bonin.Verifier(
            people.v2, bonin.Policy({"name": "n", "rules": [{"account": "new"}]}), registry=registry
        )

        def sign_up(decision: bonin.Decision) -> Any:
            with transaction.atomic():
                decision.commit("a-1")
                seen.append(registry.find(decision.verification))
                if decision.verification.id == kim.id:
                    raise Undone

        for id in (kim.id, people.id("lee")):
            try:
                sign_up(verifier.verify(id, subject="s-1"))
            except Undone:
                seen.append(registry.find(kim))
        assert seen == ["a-1", None, "a-1"] and registry.find(people("lee")) == "a-1"
        # In a view, by the client of a TestCase: it calls the view on the thread of the test.
        browser = web.FRAMEWORKS["django"].open(verifier, on_allowed=lambda decision: sign_up(decision) or {"ok": True})
        fields = {"identityVerificationId": browser.verified(people.sandbox)}
        assert browser.post("/identity-verifications", fields).status == 200
        assert seen[-1] == "a-1"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bonin_user_key")
