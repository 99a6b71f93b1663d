"""Importing does no work: no thread, no network, nothing heavy."""

from conftest import environment, python


def test_import_starts_no_thread_and_opens_nothing() -> None:
    script = """
import os, sys
before = set(os.listdir("/proc/self/fd"))
modules = set(sys.modules)
import bonin
assert len(os.listdir("/proc/self/task")) == 1, "a thread was started"
after = set(os.listdir("/proc/self/fd"))
assert after == before, f"opened {after - before}"
loaded = set(sys.modules) - modules
assert loaded <= {"__future__", "bonin", "bonin._native", "bonin.errors"}, f"loaded {loaded}"
"""
    done = python(["-S", "-c", script], environment())
    assert done.returncode == 0, done.stderr


def test_what_is_imported_later_is_there_when_it_is_named() -> None:
    script = """
import bonin, pickle, sys
assert set(bonin.__all__) <= set(dir(bonin))
assert "bonin._flow" not in sys.modules
assert bonin.Flow is bonin.Flow and bonin.Flow.__module__ == "bonin._flow"
assert bonin.sandbox.Sandbox is bonin.Sandbox
assert pickle.loads(pickle.dumps(bonin.Claim("created"))).granted
assert "bonin.types" not in sys.modules, "an answer of a registry loads it"
assert not [name for name in bonin.__all__ if not hasattr(bonin, name)]
try:
    bonin.Verifer
except AttributeError as error:
    assert str(error) == "module 'bonin' has no attribute 'Verifer'", error
else:
    raise AssertionError
from bonin import *
assert Decisions is bonin.Decisions
"""
    done = python(["-c", script], environment())
    assert done.returncode == 0, done.stderr


def test_making_a_client_starts_no_thread() -> None:
    script = """
import os, bonin
portone = bonin.PortOneV2(api_secret="secret")
verifier = bonin.Verifier(portone, bonin.Policy.preset("kr.civil_adult"))
assert len(os.listdir("/proc/self/task")) == 1, "a thread was started"
"""
    done = python(["-c", script], environment())
    assert done.returncode == 0, done.stderr


def test_version() -> None:
    import bonin

    assert bonin.__version__.count(".") == 2
    assert "curl" in bonin.runtime_versions().lower()


def test_new_id() -> None:
    import re

    import bonin

    assert re.fullmatch("[0-9a-f]{32}", bonin.new_id())
    assert bonin.new_id() != bonin.new_id()
