"""No leak: a short run of what `./dev soak` runs for 100,000 verifications."""

import os

import pytest
from conftest import ROOT, environment, python


@pytest.mark.skipif("LD_PRELOAD" in os.environ, reason="the memory of a sanitizer is not ours to judge")
def test_verifications_leave_nothing_behind() -> None:
    done = python([str(ROOT / "tests" / "soak" / "leak.py"), "3000", "10000"], environment())
    assert done.returncode == 0, done.stdout + done.stderr
