"""One sandbox for the whole run, as freshly started before each test."""

import os
import pathlib
import signal
import subprocess
import sys
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest
from persons import PEPPER, People
from web import FRAMEWORKS, Framework

import bonin

ROOT = pathlib.Path(__file__).resolve().parents[2]
Observe = Callable[[int, str], None]
PACKAGE = pathlib.Path(bonin.__file__).resolve().parent

# A shell starts what runs in its background deaf to Ctrl-C, and children inherit that; Python then raises no KeyboardInterrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


NO_FORKS = "libtsan" in os.environ.get("LD_PRELOAD", "") and "ThreadSanitizer takes no threads after a fork"
if NO_FORKS:  # a test that forks is skipped where it does
    os.fork = lambda: pytest.skip(NO_FORKS)


def no_sanitizer(reason: str) -> None:
    """Skips under `dev asan-ubsan` and `dev tsan`, which preload their runtime."""
    if "LD_PRELOAD" in os.environ:
        pytest.skip(reason)


def need_greenlets(*modules: str) -> None:
    for module in modules:
        pytest.importorskip(module)
    no_sanitizer("greenlets move stacks about, which no sanitizer follows")


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[bonin.Sandbox]:
    with bonin.Sandbox() as running:
        yield running


@pytest.fixture
def sandbox(_sandbox: bonin.Sandbox) -> bonin.Sandbox:
    _sandbox.reset()
    return _sandbox


@pytest.fixture(params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> Framework:
    return FRAMEWORKS[str(request.param)]


@pytest.fixture
def v1(sandbox: bonin.Sandbox) -> Iterator[bonin.PortOneV1]:
    with bonin.PortOneV1(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret, base_url=sandbox.v1_url) as client:
        yield client


@pytest.fixture
def v2(sandbox: bonin.Sandbox) -> Iterator[bonin.PortOneV2]:
    with bonin.PortOneV2(api_secret=sandbox.api_secret, store_id=sandbox.store_id, base_url=sandbox.v2_url) as client:
        yield client


@pytest.fixture
def policy() -> bonin.Policy:
    return bonin.Policy.preset("kr.youth_protection")


@pytest.fixture
def verifiers(v1: bonin.PortOneV1, v2: bonin.PortOneV2, policy: bonin.Policy) -> Dict[str, bonin.Verifier]:
    return {"v1": bonin.Verifier(v1, policy), "v2": bonin.Verifier(v2, policy)}


@pytest.fixture
def verifier(verifiers: Dict[str, bonin.Verifier]) -> bonin.Verifier:
    return verifiers["v2"]


@pytest.fixture
def people(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> People:
    return People(sandbox, v2)


@pytest.fixture
def registry(tmp_path: pathlib.Path) -> Iterator[bonin.Registry]:
    with bonin.Registry(f"sqlite:{tmp_path / 'accounts.db'}", pepper=PEPPER) as made:
        yield made


@pytest.fixture
def observed(record_property: Callable[[str, object], None]) -> Observe:
    """What the test saw of a fault, for the table in docs/faults.md: said after the checks, the same in every run."""
    return lambda fault, what: record_property(f"fault_{fault}", what)


@pytest.fixture
def defended(record_property: Callable[[str, object], None]) -> Observe:
    """The same of a threat."""
    return lambda threat, what: record_property(f"threat_{threat}", what)


def environment(sandbox: Optional[bonin.Sandbox] = None) -> Dict[str, str]:
    """For a child process: the package under test, and the sandbox's credentials."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("BONIN_")}
    env["PYTHONPATH"] = str(PACKAGE.parent)
    env["PYTHONIOENCODING"] = "utf-8"
    if sandbox is not None:
        env.update(
            BONIN_BASE_URL=sandbox.url,
            BONIN_IMP_KEY=sandbox.imp_key,
            BONIN_IMP_SECRET=sandbox.imp_secret,
            BONIN_API_SECRET=sandbox.api_secret,
            BONIN_STORE_ID=sandbox.store_id,
            BONIN_CHANNEL_KEY=sandbox.channel_key,
        )
    return env


def python(arguments: List[str], env: Dict[str, str], **options: Any) -> "subprocess.CompletedProcess[str]":
    """Runs Python to its end; a minute means that it hangs."""
    return subprocess.run(
        [sys.executable, *arguments], env=env, capture_output=True, text=True, encoding="utf-8", timeout=60, **options
    )
