"""The documents' handlers beside the examples', on one sandbox: what gets through there, and not here."""

import datetime
import itertools
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Iterator, List, Tuple

import pytest
from conftest import ROOT, environment
from persons import PEPPER

import bonin

requests = pytest.importorskip("requests")

PATHS = {"v1": "/certifications", "v2": "/identity-verifications"}
IDS = {"v1": "imp_uid", "v2": "identityVerificationId"}
MINOR = {"name": "나청소", "birth_date": f"{datetime.date.today().year - 15}-03-05"}
NUMBERS = itertools.count(1)


def somebody() -> Dict[str, str]:
    return {"name": f"홍길동{next(NUMBERS)}", "birth_date": "1988-03-05"}


class Servers:
    """documented.py and app.py of one example."""

    def __init__(self, sandbox: bonin.Sandbox, old: str, shop: str) -> None:
        self.sandbox, self.old, self.shop = sandbox, old, shop

    def to_old(self, api: str, id: str, login_id: str) -> Dict[str, Any]:
        """To the documents' handler: an id of whoever made it."""
        answer = requests.post(self.old + PATHS[api], json={IDS[api]: id, "login_id": login_id})
        return dict(answer.json()) if answer.ok else {"status": answer.status_code}

    def to_shop(self, api: str, person: Dict[str, str], **options: Any) -> Tuple[str, int, Dict[str, Any]]:
        """To the example, as its page does: begun there, verified as `person`, and sent back."""
        with requests.Session() as browser:
            begun = browser.post(f"{self.shop}/sign-up{PATHS[api]}/begin").json()
            given = {"merchant_uid": begun["merchant_uid"]} if api == "v1" else {"id": begun["identityVerificationId"]}
            id = self.sandbox.verify(person, api=api, **given, **options)
            answer = browser.post(f"{self.shop}/sign-up{PATHS[api]}", json={IDS[api]: id})
        return id, answer.status_code, answer.json()


def start(file: pathlib.Path, env: Dict[str, str]) -> "Tuple[subprocess.Popen[str], str]":
    child = subprocess.Popen([sys.executable, str(file)], env=env, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    found = re.match(r"(http://\S+\d) ", child.stdout.readline())
    assert found, f"{file} did not start"
    return child, found.group(1)


@pytest.fixture(scope="module", params=["flask", "fastapi"])
def servers(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    pytest.importorskip(request.param)
    folder = ROOT / "examples" / request.param
    with bonin.Sandbox() as sandbox:
        store = tmp_path_factory.mktemp(request.param) / "members.db"
        env = {**environment(sandbox), "BONIN_STORE": f"sqlite:{store}", "BONIN_PEPPER": PEPPER, "PORT": "0"}
        started = []
        try:
            for name in ("documented.py", "app.py"):
                started.append(start(folder / name, env))
            yield Servers(sandbox, *(url for _, url in started))
        finally:
            for child, _ in started:
                child.terminate()
                child.communicate()


def reasons(answer: Dict[str, Any]) -> List[Tuple[str, str]]:
    return [(finding["code"], finding["reason"]) for finding in answer["findings"]]


def test_a_birthday_in_seconds_is_in_1970(servers: Servers) -> None:
    """A minor is an adult."""
    assert servers.to_old("v1", servers.sandbox.verify(MINOR, api="v1"), "minor") == {"signedUp": True}
    _, status, answer = servers.to_shop("v1", MINOR)
    assert status == 403 and reasons(answer) == [("age", "too_young")]


def test_a_test_channel_verifies_whoever_says_so(servers: Servers) -> None:
    person = somebody()
    assert servers.to_old("v2", servers.sandbox.verify(person, channel_type="TEST"), "tester") == {"signedUp": True}
    _, status, answer = servers.to_shop("v2", person, channel_type="TEST")
    assert status == 403 and reasons(answer) == [("channel", "test_channel")]


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_an_id_that_somebody_else_sends_again(servers: Servers, api: str) -> None:
    victim = somebody()
    id = servers.sandbox.verify(victim, api=api)
    assert servers.to_old(api, id, "victim") == {"signedUp": True}
    assert servers.to_old(api, id, "thief") == {"found": "victim"}  # told to whoever has the id

    mine, status, answer = servers.to_shop(api, victim)
    assert status == 200 and answer["allowed"]
    for where in ("/sign-up", "/recover"):
        theirs = requests.post(f"{servers.shop}{where}{PATHS[api]}", json={IDS[api]: mine})
        assert theirs.status_code == 403
        assert ("begun", "foreign") in reasons(theirs.json()) and "found" not in theirs.json()


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_two_sign_ups_of_one_person_at_once(servers: Servers, api: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        for _ in range(50):
            person = somebody()
            ids = [servers.sandbox.verify(person, api=api) for _ in range(2)]
            answers = list(pool.map(servers.to_old, [api] * 2, ids, ["one", "two"]))
            if answers == [{"signedUp": True}] * 2:
                break
        else:
            pytest.fail("the documents' handler was lucky fifty times")

        for _ in range(5):
            person = somebody()
            outcomes = list(pool.map(servers.to_shop, [api] * 8, [person] * 8))
            assert [status for _, status, _ in outcomes].count(200) == 1
            denied = [reasons(answer) for _, status, answer in outcomes if status == 403]
            assert denied == [[("account", "being_signed_up")]] * 7


@pytest.mark.parametrize("example", ["flask", "fastapi"])
def test_the_readme_shows_the_code_that_runs(example: str) -> None:
    folder = ROOT / "examples" / example
    code = "".join((folder / name).read_text(encoding="utf-8") for name in ("documented.py", "app.py"))
    blocks = re.findall(r"^```python\n(.*?)^```", (folder / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) == 3
    for block in blocks:
        assert block in code
