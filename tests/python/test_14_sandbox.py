"""The class Sandbox."""

import datetime
import urllib.request
from typing import Any

import pytest

import bonin


def test_it_starts_and_stops() -> None:
    with bonin.Sandbox() as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
        assert sandbox.v1_url == sandbox.v2_url == sandbox.url
        for script in (sandbox.v1_script_url, sandbox.v2_script_url):
            with urllib.request.urlopen(script) as answer:
                assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert sandbox.imp_key and sandbox.imp_secret and sandbox.api_secret and sandbox.api_key and sandbox.store_id
        with urllib.request.urlopen(sandbox.url + "/sandbox/info") as answer:
            assert answer.status == 200
    with pytest.raises(OSError):
        urllib.request.urlopen(sandbox.url + "/sandbox/info")
    sandbox.close()


def test_people_of_ones_own(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    person = {"name": "홍길동", "birth_date": datetime.date(2001, 2, 3), "gender": "male"}
    assert v2.lookup(sandbox.verify(person)).person.name.matches("홍길동")
    sandbox.add_person("hong", person, provider="KCP_V2")
    verification = v2.lookup(sandbox.verify("hong"))
    assert verification.provider == "KCP_V2"
    assert verification.person.birth_date.reveal() == datetime.date(2001, 2, 3)
    assert "hong" in [persona["name"] for persona in sandbox.personas()]


def test_the_clock_moves(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    before = v2.lookup(sandbox.verify()).verified_at
    sandbox.advance(3600)
    after = v2.lookup(sandbox.verify()).verified_at
    assert before is not None and after is not None
    assert after - before >= datetime.timedelta(hours=1)


def test_faults_and_requests(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    id = sandbox.verify()
    sandbox.fault("status", status=403)
    with pytest.raises(bonin.Forbidden):
        v2.lookup(id)
    sandbox.fault("status", status=403)
    sandbox.clear_faults()
    assert v2.lookup(id).id == id
    requests = sandbox.requests
    assert requests["total"] == 2
    assert [request["status"] for request in requests["requests"]] == [403, 200]
    sandbox.clear_requests()
    assert sandbox.requests["total"] == 0


def test_what_it_does_not_understand(sandbox: bonin.Sandbox) -> None:
    calls: Any = [
        lambda: sandbox.verify("nobody"),
        lambda: sandbox.verify("adult", api="v3"),
        lambda: sandbox.verify("adult", colour="red"),
        lambda: sandbox.verify({"nickname": "x"}),
        lambda: sandbox.fault("explosion"),
        lambda: sandbox.control("dance"),
        lambda: bonin.Sandbox(port=70000),
        lambda: bonin.Sandbox(host="0.0.0.0"),
    ]
    for call in calls:
        with pytest.raises(bonin.InvalidArgument):
            call()
