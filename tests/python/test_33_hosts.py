"""What a host may do to the interpreter: greenlets in place of threads, sub-interpreters."""

import pathlib

import pytest
from conftest import Observe, environment, need_greenlets, python

HERE = pathlib.Path(__file__).parent


@pytest.mark.parametrize("kind", ["gevent", "eventlet"])
@pytest.mark.parametrize("case", ["many", "kill", "ctrl_c", "end", "own", "own_here"])
def test_greenlets_go_on(kind: str, case: str, observed: Observe) -> None:
    need_greenlets(kind)
    done = python(["-W", "ignore", str(HERE / "green.py"), kind, case], environment())
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
    assert case == "ctrl_c" or "Traceback" not in done.stderr, done.stderr
    if case in ("many", "own"):
        what = {
            "many": "other greenlets go on while calls wait",
            "own": "an own store answers a blocking call in the greenlet that makes it",
        }
        observed(80, f"{kind}: {what[case]}")


@pytest.mark.parametrize("isolated", [False, True])
def test_a_sub_interpreter_is_refused(isolated: bool, observed: Observe) -> None:
    """As mod_wsgi starts them; it would hang."""
    script = f"""
import sys
try:
    import _interpreters as interpreters
    made = interpreters.create("isolated" if {isolated} else "legacy")
except ImportError:
    import _xxsubinterpreters as interpreters
    made = interpreters.create(isolated={isolated})
interpreters.run_string(made, '''
import sys
sys.path[:] = {{}}
try:
    import bonin
except ImportError as error:
    print(error, flush=True)
'''.format(sys.path))
import bonin
"""
    done = python(["-c", script], environment())
    assert "WSGIApplicationGroup %{GLOBAL}" in done.stdout, done.stderr
    assert done.returncode == 0, done.stderr
    observed(81, "Python: ImportError that names `WSGIApplicationGroup %{GLOBAL}`")
