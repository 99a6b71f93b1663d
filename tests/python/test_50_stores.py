"""The stores of docs/stores-sqlalchemy.md and docs/stores-django.md, each on PostgreSQL, MariaDB and SQLite: the same suite for all."""

import asyncio
import contextlib
import datetime
import hashlib
import importlib.util
import io
import itertools
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import threading
import unittest
from functools import partial
from typing import Any, Callable, ContextManager, Dict, Iterator, List, NamedTuple, Optional, Sequence

import databases
import pytest
from conftest import ROOT, environment
from databases import Server
from persons import PEPPER, People

import bonin

GUIDES = ("stores-sqlalchemy", "stores-django")
DRIVERS = {"postgresql": "psycopg", "mariadb": "pymysql"}
ASYNC_DRIVERS = {"postgresql": "psycopg", "mariadb": "asyncmy", "sqlite": "aiosqlite"}
DAY = datetime.timedelta(days=1)
MINUTES = datetime.timedelta(minutes=10)


def blocks(end: str = ".md") -> Dict[str, str]:
    """The Python of the guides, by a word that only one block has."""
    text = "".join((ROOT / "docs" / f"{guide}{end}").read_text(encoding="utf-8") for guide in GUIDES)
    found = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    words = {
        "sync_with": "    decision.commit(user.id)\n", "async_with": "await decision.acommit(", "django_with": "decision.commit(user.pk)", "models": "class Base(", "store": "class Store(", "wiring": "engine = connect(os.environ[\"DATABASE_URL\"])\n",
        "whole": "class WholeStore(", "async": "class AsyncStore(", "django": "User.objects.create_user", "tests": "(TestCase)",
    }  # fmt: skip
    return {name: next(block for block in found if word in block) for name, word in words.items()}


class Clock:
    """Stands still; without a moment it is the machine's."""

    def __init__(self) -> None:
        self.moment: Optional[datetime.datetime] = datetime.datetime(
            2026, 11, 30, 9, 0, 0, 123456, tzinfo=datetime.timezone.utc
        )

    def __call__(self) -> datetime.datetime:
        return self.moment or datetime.datetime.now(datetime.timezone.utc)


class Counts(NamedTuple):
    users: int
    persons: int
    keys: int
    uses: int


class Undo(Exception):
    """The shop takes its transaction back."""


class Shop:
    """An application: its users, its store, its sign-up."""

    library = ""

    @property
    def database(self) -> str:
        return self.library

    def __init__(self, server: Server) -> None:
        self.server, self.clock = server, Clock()
        self.names: Dict[str, Any] = {"__name__": "shop"}

    @property
    def store(self) -> Any:
        return self.names["store"]

    def call(self, name: str, *args: Any) -> Any:
        return getattr(self.store, name)(*args)

    def sign_up(self, verification: Any, login: str) -> str:
        return str(self.names["sign_up"](verification, login))

    def sign_up_with(self, decision: bonin.Decision, login: str) -> str:
        return str(self.names["sign_up_with"](decision, login))

    def awaited(self, owner: Any, name: str, *args: Any, **options: Any) -> Any:
        """The method of a registry or a verifier, or its twin that is awaited."""
        return getattr(owner, name)(*args, **options)

    def at_once(self, works: Sequence[Callable[[], Any]]) -> List[Any]:
        """What each of them answered or raised."""
        answers: List[Any] = [None] * len(works)
        ready = threading.Barrier(len(works))

        def run(number: int) -> None:
            ready.wait(30)
            try:
                answers[number] = works[number]()
            except Exception as error:
                answers[number] = error
            finally:
                self.leave_thread()

        threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
        return answers

    def leave_thread(self) -> None:
        """A connection of the thread's own ends."""

    def plain_transaction(self) -> ContextManager[Any]:
        """One that is not begun again."""
        raise NotImplementedError

    def user(self, login: str) -> str:
        raise NotImplementedError

    def sign_up_and_undo(self, verification: Any, login: str) -> Any:
        raise NotImplementedError

    def logins(self) -> List[str]:
        raise NotImplementedError

    def counts(self) -> Counts:
        raise NotImplementedError

    def clear(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Alchemy(Shop):
    library = "sqlalchemy"
    drivers = DRIVERS
    wiring, committing = "wiring", "sync_with"

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        import sqlalchemy
        from sqlalchemy.orm import sessionmaker

        create(server, self.database)
        url = databases.address(server, self.database, self.drivers)
        os.environ.update(DATABASE_URL=url, BONIN_PEPPER=PEPPER)
        code = blocks()
        for name in dict.fromkeys(("models", "store", "wiring", "whole", self.wiring, self.committing)):
            exec(code[name], self.names)
            if name == "wiring" and self.wiring != name:
                self.names["engine"].dispose()
        names, sql = self.names, sqlalchemy
        if self.wiring == "wiring":
            names["store"] = names["WholeStore"](names["store"].sessions)
        self.store.now = self.clock
        self.tables = [names[name] for name in ("User", "Person", "PersonKey", "UsedVerification")]
        self.engine = names["connect"](databases.address(server, self.database, DRIVERS))
        self.sessions, self.sql = sessionmaker(self.engine), sql
        names["Base"].metadata.create_all(self.engine)

    def plain_transaction(self) -> ContextManager[Any]:
        return self.store.transaction()  # type: ignore[no-any-return]

    def user(self, login: str) -> str:
        with self.sessions.begin() as session:
            user = self.names["User"](login=login)
            session.add(user)
            session.flush()
            return str(user.id)

    def sign_up_and_undo(self, verification: Any, login: str) -> Any:
        def work(session: Any) -> None:
            self.sign_up(verification, login)
            raise Undo

        return self.store.run(work)

    def logins(self) -> List[str]:
        with self.sessions() as session:
            return sorted(session.scalars(self.sql.select(self.names["User"].login)))

    def counts(self) -> Counts:
        with self.sessions() as session:
            return Counts(*(session.scalar(self.sql.select(self.sql.func.count()).select_from(t)) for t in self.tables))

    def clear(self) -> None:
        with self.sessions.begin() as session:
            for table in reversed(self.tables):
                session.execute(self.sql.delete(table))

    def close(self) -> None:
        self.engine.dispose()
        self.names["engine"].dispose()


class AsyncAlchemy(Alchemy):
    library = "sqlalchemy_async"
    drivers = ASYNC_DRIVERS
    wiring, committing = "async", "async_with"

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.loop = asyncio.new_event_loop()

    def call(self, name: str, *args: Any) -> Any:
        return self.loop.run_until_complete(super().call(name, *args))

    def sign_up(self, verification: Any, login: str) -> str:
        return str(self.loop.run_until_complete(self.names["sign_up"](verification, login)))

    def sign_up_with(self, decision: bonin.Decision, login: str) -> str:
        return str(self.loop.run_until_complete(self.names["sign_up_with"](decision, login)))

    def awaited(self, owner: Any, name: str, *args: Any, **options: Any) -> Any:
        async def call() -> Any:
            return await getattr(owner, f"a{name}")(*args, **options)

        return self.loop.run_until_complete(call())

    def sign_up_and_undo(self, verification: Any, login: str) -> Any:
        async def work(session: Any) -> None:
            await self.names["sign_up"](verification, login)
            raise Undo

        return self.loop.run_until_complete(self.store.run(work))

    def at_once(self, works: Sequence[Callable[[], Any]]) -> List[Any]:
        """Each `partial(self.call, …)` and the like as a task."""

        async def asynchronous(work: Any) -> Any:
            await asyncio.sleep(0)
            if work.func == self.call:
                return await getattr(self.store, work.args[0])(*work.args[1:])
            if work.func == self.sign_up:
                return str(await self.names["sign_up"](*work.args))

            async def undone(session: Any) -> None:
                await self.names["sign_up"](*work.args)
                raise Undo

            return await self.store.run(undone)

        async def main() -> List[Any]:
            return await asyncio.gather(*map(asynchronous, works), return_exceptions=True)

        return self.loop.run_until_complete(main())

    def close(self) -> None:
        self.loop.run_until_complete(self.names["engine"].dispose())
        self.loop.close()
        self.engine.dispose()


class Django(Shop):
    """Its database is `default`, in place of that of the other tests, until it is closed."""

    library = "django"

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        import djangos
        from django.core.management import call_command
        from django.db import connections

        create(server, self.database)
        self.connections, self.before = connections, (connections.settings["default"], connections["default"])
        given = connections.configure_settings({"default": djangos.database(server, self.database)})
        connections.settings["default"] = given["default"]
        connections["default"] = connections.create_connection("default")
        call_command("migrate", verbosity=0)
        os.environ["BONIN_PEPPER"] = PEPPER
        for name in ("django", "django_with"):
            exec(blocks()[name], self.names)
        self.names["store"] = self.names["Store"](
            self.names["PersonKey"], self.names["UsedVerification"], now=self.clock
        )
        person = self.names["PersonKey"]._meta.get_field("person").related_model
        self.models = [self.names["User"], person, self.names["PersonKey"], self.names["UsedVerification"]]

    def leave_thread(self) -> None:
        self.connections.close_all()

    def plain_transaction(self) -> ContextManager[Any]:
        from django.db import transaction

        return transaction.atomic()  # type: ignore[no-any-return]

    def user(self, login: str) -> str:
        return str(self.names["User"].objects.create_user(login).pk)

    def sign_up_and_undo(self, verification: Any, login: str) -> Any:
        def work() -> None:
            self.sign_up(verification, login)
            raise Undo

        return self.store.run(work)

    def logins(self) -> List[str]:
        return sorted(self.models[0].objects.values_list("username", flat=True))

    def counts(self) -> Counts:
        return Counts(*(model.objects.count() for model in self.models))

    def clear(self) -> None:
        for model in reversed(self.models):
            model.objects.all().delete()

    def close(self) -> None:
        self.connections["default"].close()
        self.connections.settings["default"], self.connections["default"] = self.before


def create(server: Server, database: str) -> None:
    import sqlalchemy

    if server.name == "sqlite":
        (server.place / f"{database}.db").unlink(missing_ok=True)
        return
    engine = sqlalchemy.create_engine(
        databases.address(server, {"postgresql": "postgres", "mariadb": "mysql"}[server.name], DRIVERS),
        isolation_level="AUTOCOMMIT",
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {database}")
        connection.exec_driver_sql(f"CREATE DATABASE {database}")
    engine.dispose()


# ---- what runs where --------------------------------------------------------------------------------------------------

SHOPS = {"sqlalchemy": Alchemy, "sqlalchemy_async": AsyncAlchemy, "django": Django}
NEEDS = {
    "sqlalchemy": {"": ["sqlalchemy"], "postgresql": ["psycopg"], "mariadb": ["pymysql"]},
    "sqlalchemy_async": {
        "": ["sqlalchemy", "greenlet"], "postgresql": ["psycopg"], "mariadb": ["asyncmy"], "sqlite": ["aiosqlite"]
    },
    "django": {"": ["django", "sqlalchemy"], "postgresql": ["psycopg"], "mariadb": ["pymysql"]},
}  # fmt: skip
GIVEN = os.environ.get("BONIN_TEST_SERVERS")  # of the process that runs this file with another Django


@pytest.fixture(scope="module")
def servers() -> Iterator[Callable[[str], Server]]:
    """Started when first asked for, and given to every library."""
    with contextlib.ExitStack() as stack:
        running: Dict[str, Server] = {
            name: Server(name, pathlib.Path(place), port) for name, place, port in json.loads(GIVEN or "[]")
        }

        def server(name: str) -> Server:
            if name not in running:
                try:
                    running[name] = stack.enter_context(databases.SERVERS[name]())
                except databases.Missing as why:
                    pytest.skip(f"no {name}: {why}")
            return running[name]

        yield server


@pytest.fixture(scope="module", params=[f"{shop}-{server}" for shop in SHOPS for server in databases.SERVERS])
def open_shop(request: pytest.FixtureRequest, servers: Callable[[str], Server]) -> Iterator[Shop]:
    library, _, server = str(request.param).partition("-")
    for module in NEEDS[library][""] + NEEDS[library].get(server, []):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"the package {module} is not installed")
    made = SHOPS[library](servers(server))
    yield made
    made.close()


@pytest.fixture
def shop(open_shop: Shop) -> Shop:
    open_shop.clear()
    open_shop.names["registry"] = keyring("n")
    open_shop.clock.moment = Clock().moment
    return open_shop


def keyring(*peppers: str) -> bonin.Registry:
    return bonin.Registry("sqlite::memory:", peppers=[(name, name * 32) for name in peppers])


def key(kind: Any, value: str, pepper: str) -> bonin.PersonKey:
    return bonin.PersonKey(kind, pepper, hashlib.sha256(f"{pepper} {kind} {value}".encode()).hexdigest(), "DANAL")


def keys(ci: Optional[str] = None, di: Optional[str] = None, peppers: str = "n") -> List[bonin.PersonKey]:
    return [key(kind, value, p) for kind, value in (("ci", ci), ("di", di)) if value for p in peppers]


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def only(library: str) -> Any:
    return pytest.mark.parametrize("open_shop", [f"{library}-{server}" for server in databases.SERVERS], indirect=True)


def told(answer: Any) -> Any:
    """Answers as they are compared: ids as text, what was raised by its name."""
    if isinstance(answer, bonin.Claim):
        return answer.outcome if answer.granted else tuple(answer)
    if isinstance(answer, bonin.ClaimRefused):
        return (answer.outcome, answer.reason, answer.until)
    if isinstance(answer, BaseException):
        return type(answer).__name__
    if isinstance(answer, dict):
        return {name: told(value) for name, value in answer.items()}
    return str(answer) if isinstance(answer, int) and not isinstance(answer, bool) else answer


def ask(shop: Shop, name: str, *args: Any) -> Any:
    try:
        return told(shop.call(name, *args))
    except (bonin.Conflict, bonin.NotFound) as error:
        return told(error)


# ---- signing up -------------------------------------------------------------------------------------------------------

TAKEN = ("taken", "other_account", None)


class InTurns:
    """In the middle of a rotation some machines have the new pepper first, some the old one."""

    def __init__(self, *registries: bonin.Registry) -> None:
        self.registries = itertools.cycle(registries)

    def keys(self, verification: bonin.Verification) -> List[bonin.PersonKey]:
        return next(self.registries).keys(verification)


def test_one_of_many_sign_ups_at_once_wins(shop: Shop, people: People) -> None:
    kim = people("kim")
    shop.names["registry"] = InTurns(keyring("n", "o"), keyring("o", "n"))
    answers = shop.at_once([partial(shop.sign_up, kim, f"kim-{n}") for n in range(50)])
    winners = [n for n, answer in enumerate(answers) if isinstance(answer, str)]
    assert len(winners) == 1 and {told(a) for a in answers if not isinstance(a, str)} == {TAKEN}, answers
    assert shop.logins() == [f"kim-{winners[0]}"] and shop.counts() == (1, 1, 4, 0)
    assert ask(shop, "find", keyring("o").keys(people("kim", ci=None))) == answers[winners[0]]


def test_of_many_that_are_taken_back_nothing_stays(shop: Shop, people: People) -> None:
    """Whoever waited for them goes on."""
    kim = people("kim")
    undone, kept = (partial(of, kim, "kim") for of in (shop.sign_up_and_undo, shop.sign_up))
    with pytest.raises(Undo):
        undone()
    assert shop.counts() == (0, 0, 0, 0) and ask(shop, "find", shop.names["registry"].keys(kim)) is None
    answers = shop.at_once([partial(undone.func, kim, f"kim-{n}") for n in range(8)] + [kept] * 2)
    assert [type(answer) for answer in answers[-2:]].count(str) == 1, answers
    assert {told(answer) for answer in answers[:-2]} <= {"Undo", TAKEN}, answers
    assert shop.counts() == (1, 1, 2, 0) and shop.logins() == ["kim"]


def test_a_login_that_is_taken_leaves_no_person(shop: Shop, people: People) -> None:
    shop.sign_up(people("kim"), "shop")
    with pytest.raises(Exception) as raised:
        shop.sign_up(people("lee"), "shop")
    assert type(raised.value).__name__ == "IntegrityError"
    assert shop.counts() == (1, 1, 2, 0)


def test_logins_that_differ_little_are_two_users(shop: Shop, people: People) -> None:
    made = {shop.sign_up(people(f"p{n}"), login) for n, login in enumerate(("Kim", "kim", "a", "a ", "가", "가 "))}
    assert len(made) == 6 and shop.counts() == (6, 6, 12, 0)


def test_many_people_at_once_for_one_account(shop: Shop) -> None:
    user = shop.user("kim")
    answers = shop.at_once([partial(shop.call, "claim", keys(ci=f"p{n}"), user) for n in range(12)])
    assert sorted(map(str, map(told, answers))) == [str(("taken", "other_person", None))] * 11 + ["created"]
    assert shop.counts() == (1, 1, 1, 0)


def test_strangers_do_not_wait_for_each_other(shop: Shop) -> None:
    users = [shop.user(f"u{n}") for n in range(12)]
    calls = [partial(shop.call, "claim", keys(ci=f"p{n}", di=f"p{n}"), user) for n, user in enumerate(users)]
    assert {told(answer) for answer in shop.at_once(calls)} == {"created"}
    assert {told(answer) for answer in shop.at_once(calls)} == {"existing"}
    assert shop.counts() == (12, 12, 24, 0)


# ---- who is it --------------------------------------------------------------------------------------------------------


def test_keys_that_lead_to_two_users_are_a_conflict(shop: Shop, people: People) -> None:
    shop.sign_up(people("kim", di=None), "kim")
    shop.sign_up(people("lee"), "lee")
    for mixed in (people("kim", di="DI-lee".ljust(64, "=")), people("new", di="DI-lee".ljust(64, "="))):
        both = shop.names["registry"].keys(mixed)
        for question in ("find", "standing"):
            assert ask(shop, question, both) == "Conflict"
        with pytest.raises(bonin.ClaimRefused) as refused:
            shop.sign_up(mixed, "mixed")
        assert told(refused.value) == ("taken", "two_persons", None)
        assert ask(shop, "reserve", both, "r", hash_of("s"), shop.clock() + MINUTES) == "two_persons"
    assert shop.logins() == ["kim", "lee"] and shop.counts() == (2, 2, 3, 0)


def test_new_keys_of_somebody_known_are_learned(shop: Shop) -> None:
    user = shop.user("kim")
    assert ask(shop, "claim", keys(ci="kim"), user) == "created"
    assert ask(shop, "find", keys(di="kim")) is None
    assert ask(shop, "find", keys(ci="kim", di="kim")) == user
    assert ask(shop, "find", keys(di="kim")) == user
    assert ask(shop, "standing", keys(ci="kim", di="other"))["account"] == user
    assert ask(shop, "claim", keys(di="other"), user) == "existing"
    assert shop.counts() == (1, 1, 3, 0)


def test_many_learn_at_once(shop: Shop) -> None:
    user = shop.user("kim")
    shop.call("claim", keys(ci="kim"), user)
    both = keys(ci="kim", di="kim")
    answers = shop.at_once([partial(shop.call, ("find", "standing")[n % 2], both) for n in range(12)])
    assert all((told(a)["account"] if isinstance(a, dict) else told(a)) == user for a in answers), answers
    assert shop.counts() == (1, 1, 2, 0)


def test_another_pepper(shop: Shop) -> None:
    user = shop.user("kim")
    assert ask(shop, "claim", keys(ci="kim", di="kim", peppers="o"), user) == "created"
    assert ask(shop, "find", keys(ci="kim", peppers="n")) is None
    assert ask(shop, "standing", keys(ci="kim", di="kim", peppers="no"))["account"] == user
    assert ask(shop, "find", keys(di="kim", peppers="n")) == user, "it moved when it was met"
    assert ask(shop, "claim", keys(ci="kim", peppers="no"), shop.user("again")) == TAKEN


def test_what_a_lapsed_reservation_held_is_learned(shop: Shop) -> None:
    user = shop.user("kim")
    shop.call("claim", keys(ci="kim"), user)
    shop.call("reserve", keys(di="kim"), "r", hash_of("s"), shop.clock() + MINUTES)
    assert ask(shop, "find", keys(ci="kim", di="kim")) == "Conflict"
    shop.clock.moment = shop.clock() + MINUTES
    assert ask(shop, "find", keys(ci="kim", di="kim")) == user == ask(shop, "find", keys(di="kim"))
    assert shop.counts() == (1, 1, 2, 0)


# ---- leaving and bans -------------------------------------------------------------------------------------------------


def test_leaving_and_coming_again(shop: Shop) -> None:
    kim, first, second = keys(ci="kim", di="kim"), shop.user("first"), shop.user("second")
    shop.call("claim", kim, first)
    end = shop.clock() + 30 * DAY
    assert ask(shop, "release", first, end) is True and ask(shop, "release", first, end) is False
    assert ask(shop, "find", kim) is None
    assert ask(shop, "standing", kim) == {
        "account": None,
        "banned_until": None,
        "rejoin_at": end,
        "reservation_id": None,
    }
    assert ask(shop, "claim", kim, second) == ("refused", "rejoin_period", end)
    assert ask(shop, "reserve", kim, "r", hash_of("s"), end) == "rejoin_period"
    shop.clock.moment = end
    assert ask(shop, "claim", kim, second) == "created" and ask(shop, "find", kim) == second
    assert ask(shop, "release", second, None) is True and ask(shop, "claim", kim, first) == "created"
    assert ask(shop, "forget", first) is True and ask(shop, "forget", first) is False
    assert shop.counts()[1:] == (0, 0, 0)


@pytest.mark.parametrize("days", [1, None])
def test_bans(days: Optional[int], shop: Shop) -> None:
    kim, user, lee = keys(ci="kim"), shop.user("kim"), keys(ci="lee")
    end = None if days is None else shop.clock() + days * DAY
    assert ask(shop, "ban", {"account_id": user}, end, "spam") == "NotFound"
    shop.call("claim", kim, user)
    shop.call("ban", {"account_id": user}, end, "spam")
    shop.call("ban", {"keys": lee}, end, "spam")
    assert ask(shop, "standing", kim) == {
        "account": user,
        "banned_until": end or True,
        "rejoin_at": None,
        "reservation_id": None,
    }
    assert ask(shop, "find", keys(ci="kim", di="kim")) == user
    shop.call("release", user, None)
    for banned in (keys(di="kim"), lee):
        assert ask(shop, "claim", banned, shop.user(f"again {banned[0].kind}")) == ("refused", "banned", end)
        assert ask(shop, "reserve", banned, "r", hash_of("s"), shop.clock() + MINUTES) == "banned"
    assert ask(shop, "unban", {"keys": lee}) is True and ask(shop, "unban", {"keys": lee}) is False
    assert ask(shop, "claim", lee, shop.user("lee")) == "created"
    shop.clock.moment = shop.clock() + 2 * DAY
    assert ask(shop, "claim", kim, user) == ("created" if days else ("refused", "banned", None))


def test_a_ban_of_two_persons_at_once(shop: Shop) -> None:
    kim, lee = shop.user("kim"), shop.user("lee")
    shop.call("claim", keys(ci="kim"), kim)
    shop.call("claim", keys(di="lee"), lee)
    shop.call("ban", {"keys": keys(ci="kim", di="lee")}, None, "one and the same")
    for one in (keys(ci="kim"), keys(di="lee")):
        assert ask(shop, "standing", one)["banned_until"] is True


def test_a_ban_of_a_known_di_with_another_ci(shop: Shop) -> None:
    shop.call("claim", keys(ci="kim", di="kim"), shop.user("kim"))
    for end in (None, shop.clock() + DAY):  # a second time as well
        shop.call("ban", {"keys": keys(ci="lee", di="kim")}, end, "spam")
        for one in (keys(ci="lee"), keys(ci="kim"), keys(di="kim")):
            assert ask(shop, "standing", one)["banned_until"] == (end or True)
    assert ask(shop, "unban", {"keys": keys(ci="lee", di="kim")}) is True
    assert ask(shop, "claim", keys(ci="lee"), shop.user("lee")) == "created"


def test_what_is_over_is_erased(shop: Shop) -> None:
    for name in ("gone", "banned", "here"):
        shop.call("claim", keys(ci=name), shop.user(name))
    user = ask(shop, "find", keys(ci="gone"))
    shop.call("release", user, shop.clock() + DAY)
    shop.call("ban", {"keys": keys(ci="banned")}, None, "spam")
    shop.call("release", ask(shop, "find", keys(ci="banned")), None)
    shop.call("reserve", keys(ci="tried"), "r", hash_of("s"), shop.clock() + MINUTES)
    shop.call("consume", hash_of("i"), hash_of("s"))
    shop.call("tidy", shop.clock())
    assert shop.counts()[1:] == (4, 4, 1)
    shop.clock.moment = shop.clock() + 3 * DAY
    shop.call("tidy", shop.clock())
    assert shop.counts()[1:] == (2, 2, 0)


# ---- single use -------------------------------------------------------------------------------------------------------


def test_an_id_is_used_once(shop: Shop) -> None:
    assert ask(shop, "consume", hash_of("i"), hash_of("a")) == "first"
    assert ask(shop, "consume", hash_of("i"), hash_of("a")) == "same_subject"
    assert ask(shop, "consume", hash_of("i"), hash_of("b")) == "other_subject"
    assert ask(shop, "consume", hash_of("j"), hash_of("b")) == "first"
    answers = shop.at_once([partial(shop.call, "consume", hash_of("k"), hash_of(str(n))) for n in range(12)])
    assert sorted(map(str, answers)) == ["first"] + ["other_subject"] * 11


# ---- reservations -----------------------------------------------------------------------------------------------------


def test_reservations(shop: Shop) -> None:
    kim, user, until = keys(ci="kim"), shop.user("kim"), shop.clock() + MINUTES
    assert ask(shop, "reserve", kim, "r1", hash_of("a"), until) is None
    assert ask(shop, "reserve", kim, "r2", hash_of("b"), until) == "reserved"
    assert ask(shop, "claim", kim, user) == ("taken", "reserved", None)
    assert ask(shop, "reserve", keys(ci="kim", di="kim"), "r3", hash_of("a"), until) is None, "its own place again"
    assert ask(shop, "commit", "r1", user) == ("refused", "lapsed", None)
    assert ask(shop, "commit", "r3", user) == "created"
    assert ask(shop, "commit", "r3", user) == "existing"
    assert ask(shop, "commit", "r3", shop.user("other")) == TAKEN
    assert ask(shop, "cancel", "r3") is False
    assert ask(shop, "reserve", keys(di="kim"), "r4", hash_of("a"), until) == "has_account"
    lee = keys(ci="lee")
    assert ask(shop, "reserve", lee, "r5", hash_of("a"), until) is None
    assert ask(shop, "commit", "r5", user) == ("taken", "other_person", None)
    assert ask(shop, "cancel", "r5") is True and ask(shop, "cancel", "r5") is False
    assert ask(shop, "reserve", lee, "r6", hash_of("b"), until) is None
    shop.clock.moment = until
    assert ask(shop, "commit", "r6", shop.user("late")) == ("refused", "lapsed", None)
    assert ask(shop, "cancel", "r6") is False
    assert ask(shop, "reserve", lee, "r7", hash_of("c"), until + MINUTES) is None
    assert ask(shop, "commit", "r7", shop.user("lee")) == "created"


def test_one_of_many_reservations_at_once(shop: Shop) -> None:
    kim, until = keys(ci="kim", di="kim"), shop.clock() + MINUTES
    answers = shop.at_once([partial(shop.call, "reserve", kim, f"r{n}", hash_of(str(n)), until) for n in range(12)])
    assert sorted(map(str, answers)) == ["None"] + ["reserved"] * 11, answers
    winner, user = answers.index(None), shop.user("kim")
    answers = shop.at_once([partial(shop.call, "commit", f"r{n}", user) for n in (winner, winner, 90, 91)])
    assert sorted(map(str, map(told, answers[:2]))) == ["created", "existing"]
    assert {told(answer) for answer in answers[2:]} == {("refused", "lapsed", None)}


# ---- while another transaction is under way ---------------------------------------------------------------------------


WAITING = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    "mariadb": "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
}
waits = pytest.mark.parametrize(
    "open_shop", [f"{library}-{server}" for library in ("sqlalchemy", "django") for server in WAITING], indirect=True
)


def beside(shop: Shop, held: Callable[[], Any], others: Sequence[Callable[[], Any]], undo: bool = False) -> List[Any]:
    """What the others answer, who begin within a transaction that did `held`, and wait for its end."""
    import sqlalchemy

    did, end = threading.Event(), threading.Event()

    def first() -> Any:
        def work(*session: Any) -> None:
            held()
            did.set()
            assert end.wait(30)
            if undo:
                raise Undo

        return shop.store.run(work)

    def later(other: Callable[[], Any]) -> Any:
        assert did.wait(30)
        return other()

    answers: List[Any] = []
    at_once = threading.Thread(
        target=lambda: answers.extend(shop.at_once([first, *(partial(later, o) for o in others)]))
    )
    at_once.start()
    engine = sqlalchemy.create_engine(
        databases.address(shop.server, shop.database, DRIVERS), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        while connection.exec_driver_sql(WAITING[shop.server.name]).scalar() < len(others):
            assert at_once.is_alive(), answers
            end.wait(0.15)  # MariaDB looks again when nobody has asked for 0.1 s
    engine.dispose()
    end.set()
    at_once.join(60)
    return list(map(told, answers[1:]))


@waits
def test_whoever_waits_for_a_sign_up_that_is_taken_back_goes_on(shop: Shop, people: People) -> None:
    """In MariaDB all who waited get a lock that none of them may then have alone: one lives, the others begin again."""
    kim = people("kim")
    sign_ups = [partial(shop.sign_up, kim, f"kim-{n}") for n in range(4)]
    answers = beside(shop, partial(shop.sign_up, kim, "undone"), sign_ups, undo=True)
    assert sorted(map(str, answers))[:3] == [str(TAKEN)] * 3 and isinstance(max(answers, key=str), str), answers
    assert shop.counts() == (1, 1, 2, 0)


@waits
def test_in_a_transaction_of_the_applications_own(shop: Shop) -> None:
    """A claim that came second says so, and the transaction goes on."""
    kim, lee = keys(ci="kim", di="kim"), keys(ci="lee")
    users = [shop.user(name) for name in ("first", "second")]

    def plainly() -> Any:
        with shop.plain_transaction():
            second = told(shop.call("claim", kim, users[1]))
            return second, told(shop.call("claim", lee, users[1]))

    assert beside(shop, partial(shop.call, "claim", kim, users[0]), [plainly]) == [(TAKEN, "created")]
    assert ask(shop, "find", kim) == users[0] and ask(shop, "find", lee) == users[1]


@waits
def test_whoever_waits_sees_what_was_done(shop: Shop) -> None:
    kim, user, until = keys(ci="kim"), shop.user("kim"), shop.clock() + MINUTES
    shop.call("reserve", kim, "r1", hash_of("a"), until)
    again = partial(shop.call, "reserve", kim, "r2", hash_of("a"), until)
    assert beside(shop, partial(shop.call, "commit", "r1", user), [again]) == ["has_account"]
    ban = partial(shop.call, "ban", {"keys": kim}, None, "spam")
    assert beside(shop, partial(shop.call, "release", user, None), [ban]) == [None]
    assert ask(shop, "find", kim) is None
    assert ask(shop, "claim", kim, user) == ("refused", "banned", None)


# ---- asked by a registry ----------------------------------------------------------------------------------------------


@pytest.fixture
def registry_of(shop: Shop) -> Iterator[bonin.Registry]:
    """Its clock and that of the store are the machine's."""
    shop.clock.moment = None
    with bonin.Registry(own_store=shop.store, peppers=[("n", "n" * 32)]) as made:
        yield made


def test_a_registry_asks_it(shop: Shop, registry_of: bonin.Registry, people: People) -> None:
    kim, user, lee = people("kim"), shop.user("kim"), people("lee")
    ask = partial(shop.awaited, registry_of)
    end = datetime.datetime.now(datetime.timezone.utc) + DAY
    assert ask("find", kim) is None and ask("claim", kim, user).outcome == "created"
    assert ask("claim", kim, int(user)).outcome == "existing" and ask("find", people("kim", ci=None)) == user
    assert ask("try_claim", kim, shop.user("again")) == TAKEN
    ask("claim", lee, shop.user("lee"))
    with pytest.raises(bonin.Conflict):
        ask("find", people("kim", di="DI-lee".ljust(64, "=")))
    assert [ask("consume", "iv-1", subject) for subject in ("a", "a", "b")] == [
        "first", "same_subject", "other_subject"
    ]  # fmt: skip
    ask("ban", account_id=user, until=end, reason="spam")
    assert ask("standing", kim, subject=user)["banned"] is True
    with pytest.raises(bonin.ClaimRefused) as refused:
        ask("claim", kim, user)
    assert refused.value.reason == "banned" and abs(refused.value.until - end) < datetime.timedelta(seconds=1)  # type: ignore[operator]
    with pytest.raises(bonin.NotFound):
        ask("ban", account_id="999999")
    assert ask("unban", account_id=user) is True
    assert ask("release", user, rejoin_after_ms=60_000) is True
    assert ask("try_claim", kim, user).reason == "rejoin_period"
    assert ask("forget", ask("find", lee)) is True and ask("find", lee) is None


def test_a_sign_up_by_a_verifier(shop: Shop, registry_of: bonin.Registry, people: People) -> None:
    policy = bonin.Policy.load(str(ROOT / "examples" / "policies" / "sign-up.json"))
    verifier = bonin.Verifier(people.v2, policy, registry=registry_of)

    def visit(subject: str, who: str = "kim", id: Optional[str] = None) -> bonin.Decision:
        return shop.awaited(verifier, "verify", id or people.id(who), subject=subject)  # type: ignore[no-any-return]

    def why(decision: bonin.Decision) -> Any:
        return {finding.reason for finding in decision.findings if finding.reason} or None

    id = people.id("kim")
    first = visit("s1", id=id)
    assert first.allowed and why(visit("s2")) == {"being_signed_up"}
    shop.user("taken")
    with pytest.raises(Exception) as raised:
        shop.sign_up_with(first, "taken")
    assert type(raised.value).__name__ == "IntegrityError"
    assert shop.counts()[:2] == (1, 1), "the place is kept, and no user is left"
    user = shop.sign_up_with(first, "kim")
    assert shop.logins() == ["kim", "taken"] and shop.awaited(registry_of, "find", first.verification) == user
    assert why(visit("s1", id=id)) == {"signed_up"}, "the browser comes again"
    assert why(visit("s2", id=id)) == why(visit("s3")) == {"taken"}
    id = people.id("lee")
    assert shop.awaited(registry_of, "consume", id, "s1") == "first" and why(visit("s2", "lee", id)) == {"used"}
    shop.awaited(registry_of, "ban", account_id=user, until=None, reason="spam")
    shop.awaited(registry_of, "release", user, rejoin_after_ms=0)
    assert why(visit("s4")) == {"banned"}


@only("django")
def test_awaited_calls_are_on_the_connection_of_djangos_sync_code(
    shop: Shop, registry_of: bonin.Registry, people: People
) -> None:
    from asgiref.sync import async_to_sync
    from django.db import transaction

    kim = people("kim")

    async def calls(user: str) -> Any:
        assert (await registry_of.aclaim(kim, user)).outcome == "created"
        return await asyncio.gather(*(registry_of.afind(kim) for _ in range(8)))

    with pytest.raises(Undo), transaction.atomic():
        user = shop.user("kim")
        assert async_to_sync(calls)(user) == [user] * 8
        raise Undo
    assert shop.counts() == (0, 0, 0, 0)


@only("sqlalchemy")
def test_the_smaller_store_signs_up_as_well(shop: Shop, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `reserve` several are allowed, and one is granted."""
    small = shop.names["Store"](shop.store.sessions)
    monkeypatch.setitem(shop.names, "store", small)
    policy = bonin.Policy.load(str(ROOT / "examples" / "policies" / "sign-up.json"))
    with bonin.Registry(own_store=small, peppers=[("n", "n" * 32)]) as registry:
        verifier = bonin.Verifier(people.v2, policy, registry=registry)
        first, second = (verifier.verify(people.id("kim"), subject=subject) for subject in ("s1", "s2"))
        assert first.allowed and second.allowed
        shop.sign_up_with(second, "second")
        with pytest.raises(bonin.ClaimRefused):
            shop.sign_up_with(first, "first")
        with pytest.raises(bonin.InvalidArgument, match="ban"):
            registry.ban(account_id="1")
    assert shop.logins() == ["second"] and shop.counts() == (1, 1, 2, 2)


@only("django")
def test_a_verifier_asks_on_the_connection_of_the_view(shop: Shop, registry_of: bonin.Registry, people: People) -> None:
    """It sees what the view's transaction has not committed, and takes part in it."""
    from django.db import transaction

    policy = bonin.Policy.load(str(ROOT / "examples" / "policies" / "sign-up.json"))
    verifier = bonin.Verifier(people.v2, policy, registry=registry_of)
    kim, lee = people("kim"), people("lee")
    with pytest.raises(Undo), transaction.atomic():
        shop.call("ban", {"keys": registry_of.keys(kim)}, None, "spam")
        assert not verifier.verify(kim.id, subject="s").allowed
        decision = verifier.verify(lee.id, subject="s")
        assert shop.sign_up_with(decision, "lee") and shop.counts() == (1, 2, 4, 1)
        raise Undo
    assert shop.counts() == (0, 0, 0, 0)


@only("django")
def test_the_settings_name_the_store(shop: Shop, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    import djangos
    from django.test import override_settings

    import bonin.django

    monkeypatch.setattr(djangos, "store", shop.store, raising=False)
    said = {
        "api_secret": "secret",
        "store_id": "store",
        "policy": str(ROOT / "examples" / "policies" / "sign-up.json"),
        "registry": {"own_store": "djangos.store", "pepper": PEPPER},
    }
    kim, user = people("kim"), shop.user("kim")
    with override_settings(BONIN=said):
        registry = bonin.django.verifier().registry
        assert registry is not None and registry.claim(kim, user).outcome == "created"
    assert shop.counts() == (1, 1, 2, 0)


@only("django")
@pytest.mark.parametrize("kind", ["django", "django-async"])
def test_a_sign_up_by_the_routes(kind: str, shop: Shop, registry_of: bonin.Registry, people: People) -> None:
    import djangos
    import web
    from django.http import JsonResponse
    from django.urls import include, path

    import bonin.django

    policy = bonin.Policy.load(str(ROOT / "examples" / "policies" / "sign-up.json"))
    verifier = bonin.Verifier(people.v2, policy, registry=registry_of)
    routes = bonin.django.urls(
        verifier,
        **web.CHANNEL,
        on_allowed=lambda request, decision: JsonResponse({"user": shop.sign_up_with(decision, "kim")}),
        asynchronous=kind == "django-async",
    )
    browser = web.FRAMEWORKS[kind].browser(djangos.App([path("", include(routes))]))
    reply = browser.post("/identity-verifications", {"identityVerificationId": browser.verified(people.sandbox)})
    assert reply.status == 200 and shop.logins() == ["kim"] and shop.counts()[:2] == (1, 1), reply.text
    again = browser.post("/identity-verifications", {"identityVerificationId": browser.verified(people.sandbox)})
    assert again.status == 403 and shop.counts()[:2] == (1, 1), again.text


# ---- any order --------------------------------------------------------------------------------------------------------


class Model:
    """The same rules in memory, for one caller."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.people, self.uses = clock, [], {}  # type: ignore[var-annotated]

    def alive(self, person: Any) -> bool:
        return person["user"] is not None or any(self.to_come(person[end]) for end in ("ban", "rejoin", "until"))

    def to_come(self, end: Any) -> bool:
        return end is True or (end is not None and end > self.clock())

    def of(self, given: Any) -> Any:
        self.people = [person for person in self.people if self.alive(person)]
        return [person for person in self.people if person["keys"] & set(given)]

    def one(self, given: Any) -> Any:
        """A person, None, or "Conflict"."""
        found = self.of(given)
        if not found:
            return None
        known, cis = found[0]["keys"], {key for key in given if key.kind == "ci"}
        second = cis and not cis & known and any(key.kind == "ci" for key in known)
        if len(found) > 1 or second:
            return "Conflict"
        known.update(given)
        return found[0]

    def new(self, given: Any) -> Any:
        empty = dict.fromkeys(("user", "ban", "rejoin", "until", "id", "by"))
        self.people.append({**empty, "keys": set(given)})
        return self.people[-1]

    def find(self, given: Any) -> Any:
        person = self.one(given)
        return person["user"] if isinstance(person, dict) else person

    def standing(self, given: Any) -> Any:
        person = self.one(given)
        if person == "Conflict":
            return person
        person = person or dict.fromkeys(("user", "ban", "rejoin", "id"))
        names = {"account": "user", "banned_until": "ban", "rejoin_at": "rejoin", "reservation_id": "id"}
        return {name: person[of] for name, of in names.items()}

    def refusal(self, persons: Any) -> Any:
        for person in persons:
            if self.to_come(person["ban"]):
                return ("refused", "banned", None if person["ban"] is True else person["ban"])
        for person in persons:
            if person["user"] is None and self.to_come(person["rejoin"]):
                return ("refused", "rejoin_period", person["rejoin"])
        return None

    def settle(self, person: Any, given: Any, user: str, committing: bool = False) -> Any:
        holder = next((other for other in self.people if other["user"] == user), None)
        if holder is not None:
            return "existing" if holder is person else ("taken", "other_person", None)
        if person is not None and person["user"] is not None:
            return TAKEN
        if person is not None and self.to_come(person["until"]) and not committing:
            return ("taken", "reserved", None)
        person = person or self.new(given)
        person.update(user=user, rejoin=None, until=None)
        return "created"

    def claim(self, given: Any, user: str) -> Any:
        refusal = self.refusal(self.of(given))
        if refusal:
            return refusal
        person = self.one(given)
        return ("taken", "two_persons", None) if person == "Conflict" else self.settle(person, given, user)

    def reserve(self, given: Any, id: str, by: str, until: Any) -> Any:
        refusal = self.refusal(self.of(given))
        if refusal:
            return refusal[1]
        person = self.one(given)
        if person == "Conflict":
            return "two_persons"
        if person and person["user"] is not None:
            return "has_account"
        if person and self.to_come(person["until"]) and person["by"] != by:
            return "reserved"
        (person or self.new(given)).update(id=id, by=by, until=until)
        return None

    def reserved(self, id: str) -> Any:
        return next((person for person in self.people if person["id"] == id), None)

    def commit(self, id: str, user: str) -> Any:
        person = self.reserved(id)
        refusal = self.refusal([person] if person else [])
        if refusal:
            return refusal
        if not person or (person["user"] is None and not self.to_come(person["until"])):
            return ("refused", "lapsed", None)
        return self.settle(person, [], user, committing=True)

    def cancel(self, id: str) -> bool:
        person = self.reserved(id)
        if not person or not self.to_come(person["until"]):
            return False
        person.update(id=None, until=None)
        return True

    def whom(self, who: Any) -> Any:
        if "keys" in who:
            self.one(who["keys"])
            return self.of(who["keys"])
        return [person for person in self.people if person["user"] == who["account_id"]]

    def ban(self, who: Any, until: Any, reason: str) -> Any:
        people = self.whom(who)
        if not people and "keys" not in who:
            return "NotFound"
        strangers = set(who.get("keys", ())).difference(*(person["keys"] for person in people))
        for person in [*people, *([self.new(strangers)] if strangers else [])]:
            person["ban"] = until or True
        return None

    def unban(self, who: Any) -> bool:
        people = self.whom(who)
        banned = any(self.to_come(person["ban"]) for person in people)
        for person in people:
            person["ban"] = None
        return banned

    def release(self, user: str, rejoin_at: Any) -> bool:
        for person in self.whom({"account_id": user}):
            person.update(user=None, rejoin=rejoin_at, id=None, until=None)
            return True
        return False

    def forget(self, user: str) -> bool:
        people = self.whom({"account_id": user})
        self.people = [person for person in self.people if person not in people]
        return bool(people)

    def consume(self, id: str, by: str) -> str:
        if id not in self.uses:
            self.uses[id] = by
            return "first"
        return "same_subject" if self.uses[id] == by else "other_subject"


def test_any_operations_as_the_model_has_them(shop: Shop) -> None:
    """Others for each store, the same in each run."""
    some, model = random.Random(f"{shop.library} {shop.server.name}"), Model(shop.clock)
    users = [shop.user(f"u{n}") for n in range(4)]
    names, reservations = [None, "a", "b", "c"], ["none"]

    def somebody() -> Any:
        while True:
            given = keys(some.choice(names), some.choice(names), some.choice(["n", "o", "no"]))
            if given:
                return given

    def a_new_reservation() -> str:
        reservations.append(f"r{len(reservations)}")  # no id is given twice
        return reservations[-1]

    def later() -> Any:
        return shop.clock() + some.randint(1, 5) * DAY

    def whom() -> Any:
        return {"account_id": some.choice(users)} if some.random() < 0.5 else {"keys": somebody()}

    asked = {
        "find": lambda: [somebody()],
        "standing": lambda: [somebody()],
        "claim": lambda: [somebody(), some.choice(users)],
        "reserve": lambda: [somebody(), a_new_reservation(), hash_of(some.choice("ab")), later()],
        "commit": lambda: [some.choice(reservations[-4:]), some.choice(users)],
        "cancel": lambda: [some.choice(reservations[-4:])],
        "ban": lambda: [whom(), some.choice([None, later()]), "reason"],
        "unban": lambda: [whom()],
        "release": lambda: [some.choice(users), some.choice([None, later()])],
        "forget": lambda: [some.choice(users)],
        "consume": lambda: [hash_of(some.choice("ij")), hash_of(some.choice("ab"))],
    }
    often = ["find", "standing", "unban"] + ["claim", "reserve", "commit", "release"] * 2
    said = []
    for _ in range(90):
        name = some.choice([*asked, *often])
        args = asked[name]()
        said.append((name, args, ask(shop, name, *args)))
        assert said[-1][2] == getattr(model, name)(*args), said
        if some.random() < 0.1:
            shop.clock.moment = shop.clock() + DAY
    model.of([])
    assert shop.counts().persons >= len(model.people)
    for kind in ("ci", "di"):
        for one in "abc":
            for pepper in "no":
                only = [key(kind, one, pepper)]  # type: ignore[arg-type]
                assert ask(shop, "find", only) == model.find(only), (only, said)


# ---- the guide --------------------------------------------------------------------------------------------------------


def test_both_guides_show_the_same() -> None:
    assert blocks() == blocks(".ko.md")


def test_the_models_of_the_guide_are_those_of_these_tests() -> None:
    shown = (pathlib.Path(__file__).parent / "members" / "models.py").read_text(encoding="utf-8")
    assert f"```python\n{shown}```" in (ROOT / "docs" / "stores-django.md").read_text(encoding="utf-8")


@only("sqlalchemy")
def test_a_migration_by_alembic(open_shop: Shop, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a database of its own: made by the migration, it is what the models say."""
    pytest.importorskip("alembic")
    from alembic import command
    from alembic.config import Config

    create(open_shop.server, "migrated")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "people", raising=False)
    (tmp_path / "people.py").write_text(blocks()["models"])
    config = Config(tmp_path / "alembic.ini", stdout=io.StringIO())
    config.set_main_option("script_location", str(tmp_path / "scripts"))
    command.init(config, str(tmp_path / "scripts"))
    for name, before, after in (
        ("env.py", "target_metadata = None", "from people import Base\ntarget_metadata = Base.metadata"),
        ("env.py", "fileConfig(config.config_file_name)", "pass"),
        ("script.py.mako", "import sqlalchemy as sa", "import people\nimport sqlalchemy as sa"),
    ):
        file = tmp_path / "scripts" / name
        assert before in file.read_text()
        file.write_text(file.read_text().replace(before, after))
    config.set_main_option("sqlalchemy.url", databases.address(open_shop.server, "migrated", DRIVERS))
    command.revision(config, "people", autogenerate=True)
    command.upgrade(config, "head")
    command.check(config)


@only("django")
def test_the_migration_of_django(open_shop: Shop) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "members", check=True, dry_run=True, verbosity=0)


@only("django")
def test_in_a_test_case(shop: Shop) -> None:
    """That of the guide, whose transaction takes everything back."""
    exec(blocks()["tests"], shop.names)
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(shop.names["SignUp"]).run(result)
    assert result.testsRun == 1 and result.wasSuccessful(), (result.errors, result.failures)
    assert shop.counts() == (0, 0, 0, 0)


@pytest.mark.skipif(GIVEN is not None, reason="it is this one that runs")
def test_django_4(servers: Callable[[str], Server]) -> None:
    """The stores with the other Django that the checkout holds, on the same servers."""
    other = ROOT / ".venv" / "django4"
    if not other.exists():
        pytest.skip("no second Django: ./dev test installs it")
    given = []
    for name in databases.SERVERS:
        with contextlib.suppress(pytest.skip.Exception):
            given.append((name, str(servers(name).place), servers(name).port))
    env = {**environment(), "BONIN_TEST_SERVERS": json.dumps(given)}
    env["PYTHONPATH"] = f"{other}:{env['PYTHONPATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "django- and not any_operations", __file__],
        env=env, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
