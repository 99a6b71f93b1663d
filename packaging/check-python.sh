#!/usr/bin/env bash
# Installs the package as a user would, in an environment of its own, and runs the main job from another directory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/unchanged.sh
unchanged python && exit 0

checkout=$PWD
place=$(mktemp -d)
# The same compilations as those of `./dev test`, which ccache may have kept.
export CXX=${CXX:-c++} CXXFLAGS=-Werror CCACHE_BASEDIR=$checkout
trap 'rm -rf "$place"' EXIT
"${PYTHON:-.venv/bin/python}" -m venv "$place/venv"
"$place/venv/bin/pip" install -q --disable-pip-version-check "$checkout"
cd "$place"
venv/bin/python - <<'PY'
import sys, threading
before = set(sys.modules), threading.active_count()
import bonin
assert threading.active_count() == before[1], "importing starts a thread"
assert ".venv" not in bonin.__file__ and "site-packages" in bonin.__file__, bonin.__file__
with bonin.Sandbox() as sandbox:
    verifier = bonin.Verifier(
        bonin.PortOneV2(api_secret=sandbox.api_secret, store_id=sandbox.store_id, base_url=sandbox.v2_url),
        bonin.Policy.preset("kr.youth_protection"),
    )
    assert verifier.verify(sandbox.verify("adult")).allowed
    assert not verifier.verify(sandbox.verify("minor")).allowed
assert "verifyIdentity" in bonin.browser_script().read_text(encoding="utf-8")
for name in ("flask", "fastapi", "django"):  # extras, which this environment has not
    try:
        __import__(f"bonin.{name}")
        sys.exit(f"bonin.{name} does without its framework")
    except ImportError as error:
        assert f"pip install bonin[{name}]" in str(error), error
from importlib.metadata import distribution
from importlib.util import find_spec
from bonin import testing
with testing.start() as stage:
    testing.assert_denied(stage.flow("minor"), "age", "too_young")
plugins = [entry.value for entry in distribution("bonin").entry_points if entry.group == "pytest11"]
assert plugins == ["bonin_pytest"] and find_spec("bonin_pytest"), plugins
print("installed", bonin.__version__, "works")
PY
venv/bin/bonin demo >/dev/null
cd "$checkout"
passed python
