"""The examples run, and read the sandbox."""

from conftest import ROOT, environment, python

import bonin

EXAMPLES = ROOT / "examples" / "python"


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
