"""The fixtures of bonin for pytest, which finds this module by itself; docs/testing.md describes them.

It stands beside the package bonin: a run that uses no fixture of bonin does not import bonin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Union

import pytest

if TYPE_CHECKING:
    import bonin
    from bonin.testing import Stage
    from bonin.types import Api


@pytest.fixture
def bonin_api() -> Api:
    """Which of PortOne's APIs: `v2`. Override it in a conftest.py or a test module."""
    return "v2"


@pytest.fixture
def bonin_policy() -> bonin.Policy:
    """The policy of `bonin_verifier`: `kr.youth_protection`. Override it with the application's own."""
    from bonin import Policy

    return Policy.preset("kr.youth_protection")


@pytest.fixture
def bonin_sandbox() -> Iterator[bonin.Sandbox]:
    """A sandbox of this test's own. Its clock is that of the other fixtures."""
    from bonin import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def bonin_portone(bonin_sandbox: bonin.Sandbox, bonin_api: Api) -> Iterator[Union[bonin.PortOneV1, bonin.PortOneV2]]:
    """A client of `bonin_sandbox`."""
    with bonin_sandbox.connect(bonin_api) as portone:
        yield portone


@pytest.fixture
def bonin_registry(bonin_sandbox: bonin.Sandbox) -> Iterator[bonin.Registry]:
    """An empty registry in memory."""
    from bonin.testing import registry

    with registry(bonin_sandbox) as made:
        yield made


@pytest.fixture
def bonin_verifier(
    bonin_portone: Union[bonin.PortOneV1, bonin.PortOneV2],
    bonin_policy: bonin.Policy,
    bonin_registry: bonin.Registry,
) -> bonin.Verifier:
    """A verifier of `bonin_policy`, with `bonin_registry`."""
    from bonin import Verifier

    return Verifier(bonin_portone, bonin_policy, registry=bonin_registry)


@pytest.fixture
def bonin_stage(
    bonin_sandbox: bonin.Sandbox,
    bonin_portone: Union[bonin.PortOneV1, bonin.PortOneV2],
    bonin_registry: bonin.Registry,
    bonin_verifier: bonin.Verifier,
) -> Stage:
    """All of them as one object, as `bonin.testing.start()` makes it: `flow()`, `advance()`."""
    from bonin.testing import Stage

    return Stage(bonin_sandbox, bonin_portone, bonin_registry, bonin_verifier)
