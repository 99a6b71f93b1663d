"""The examples run, and read the sandbox."""

import json
import signal
import subprocess
import sys
import urllib.request

import pytest
from conftest import ROOT, environment, python

import bonin

EXAMPLES = ROOT / "examples" / "python"
README = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")


def test_verify(sandbox: bonin.Sandbox) -> None:
    done = python([str(EXAMPLES / "verify.py"), sandbox.verify("adult")], environment(sandbox))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("welcome Person(name=***")
    done = python([str(EXAMPLES / "verify.py"), sandbox.verify("minor")], environment(sandbox))
    assert done.returncode == 1 and " · " in done.stdout, done.stderr


def test_verify_async(sandbox: bonin.Sandbox) -> None:
    ids = [sandbox.verify(persona, api="v1") for persona in ("adult", "minor")]
    done = python([str(EXAMPLES / "verify_async.py"), *ids], environment(sandbox))
    assert done.returncode == 1, done.stderr
    assert done.stdout == f"{ids[0]} allowed\n{ids[1]} denied\n"


@pytest.mark.parametrize("given", ["nothing", "no id", "no credentials"])
@pytest.mark.parametrize("example", ["verify.py", "verify_async.py"])
def test_what_is_missing_is_one_line(example: str, given: str, sandbox: bonin.Sandbox) -> None:
    env = environment(sandbox if given == "no id" else None)
    done = python([str(EXAMPLES / example), *(["imp_000000000000"] if given == "no credentials" else [])], env)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("usage: BONIN_") and f" python {example} " in line
    assert line.removeprefix("usage: ").replace(example, f"examples/python/{example}") in README


@pytest.mark.parametrize("example", ["flask", "fastapi", "django"])
def test_a_shop_with_a_sandbox_of_its_own(example: str) -> None:
    pytest.importorskip(example)
    env = {**environment(), "PORT": "0"}
    command = [sys.executable, str(ROOT / "examples" / example / "app.py")]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as shop:
        try:
            assert shop.stdout is not None and shop.stderr is not None
            url = shop.stdout.readline().split()[0]
            with urllib.request.urlopen(f"{url}/state") as answer:
                state = json.load(answer)
            assert state["sandbox"] and not state["verified"] and sorted(state["portone"]) == ["v1", "v2"]
            with urllib.request.urlopen(state["portone"]["v2"]["script"]) as answer:
                assert answer.status == 200
            with urllib.request.urlopen(url) as answer:
                assert b'<html lang="ko">' in answer.read()
            for where in ("/", "/app.js", "/state"):
                with urllib.request.urlopen(url + where) as answer:
                    value, *flags = answer.headers["Set-Cookie"].lower().split("; ")
                    assert {*flags} == {"httponly", "path=/", "samesite=lax"}
                    assert answer.headers["Cache-Control"] == "no-store", "a cache would hand it to somebody else"
                with urllib.request.urlopen(urllib.request.Request(url + where, headers={"Cookie": value})) as answer:
                    assert "Set-Cookie" not in answer.headers, "a visitor keeps it"
            proxied = urllib.request.Request(url, headers={"X-Forwarded-Proto": "https"})
            with urllib.request.urlopen(proxied) as answer:
                assert "Secure" in answer.headers["Set-Cookie"]
        finally:
            shop.send_signal(signal.SIGINT)  # as Ctrl-C does
            _, said = shop.communicate()
    assert "Traceback" not in said


def test_leaving_twice_at_once_releases_once() -> None:
    """Between the two releases the login id may have become somebody else's."""
    code = """
from shop import Shop, Visit
import bonin

class Registry:
    released = []
    fails = False
    def release(self, account, rejoin_after_ms):
        assert shop.leave(visit) == {}
        self.released.append(account)
        if self.fails:
            raise bonin.StoreBusy("busy")

shop, visit = Shop.__new__(Shop), Visit()
shop.registry, visit.member = Registry(), "gildong"
shop.leave(visit)
assert (shop.registry.released, visit.member) == (["gildong"], None), shop.registry.released
Registry.fails, visit.member = True, "gildong"
try:
    shop.leave(visit)
except bonin.BoninError:
    assert visit.member == "gildong"
else:
    raise AssertionError
"""
    done = python(["-c", f"import sys; sys.path.append({str(EXAMPLES.parent / 'shop')!r})\n{code}"], environment())
    assert done.returncode == 0, done.stderr
