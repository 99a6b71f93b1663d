"""A verifier that asks a registry: single use, one account, reservations."""

import asyncio

import pytest
from persons import People

import bonin

SIGN_UP = {"name": "sign-up", "rules": [{"account": "new"}, {"single_use": True}, {"not_banned": True}]}


@pytest.fixture
def verifier(people: People, registry: bonin.Registry) -> bonin.Verifier:
    return bonin.Verifier(people.v2, bonin.Policy(SIGN_UP), registry=registry)


def test_sign_up(people: People, registry: bonin.Registry, verifier: bonin.Verifier) -> None:
    id = people.id("kim")
    decision = verifier.verify(id, subject="session-1")
    assert decision.allowed, decision.denials
    assert decision.reservation is not None and decision.reservation.id not in repr(decision) + decision.record()
    again = verifier.verify(id, subject="session-1")
    assert again.allowed and again.reservation is not None and again.reservation.id == decision.reservation.id
    stolen = verifier.verify(id, subject="session-2")
    assert "used" in [finding.reason for finding in stolen.denials] and stolen.reservation is None
    assert decision.reservation.commit("a-1").outcome == "created"
    assert registry.find(decision.verification) == "a-1"
    second = verifier.verify(people.id("kim"), subject="session-3")
    assert [finding.reason for finding in second.denials] == ["taken"]
    registry.ban(account_id="a-1")
    assert "banned" in [f.reason for f in verifier.verify(people.id("kim"), subject="session-4").denials]


def test_giving_up(people: People, registry: bonin.Registry, verifier: bonin.Verifier) -> None:
    first = verifier.verify(people.id("kim"), subject="session-1")
    assert [f.reason for f in verifier.verify(people.id("kim"), subject="session-2").denials] == ["being_signed_up"]
    assert first.reservation is not None and first.reservation.cancel()

    async def main() -> None:
        decision = await verifier.averify(people.id("kim"), subject="session-2")
        assert decision.allowed and decision.reservation is not None
        assert (await decision.reservation.acommit("a-1")).outcome == "created"

    asyncio.run(main())
    with pytest.raises(bonin.Denied) as raised:
        verifier.require(people.id("kim"), subject="session-3")
    assert raised.value.decision.reservation is None


def test_a_denied_person_uses_nothing_up(people: People, registry: bonin.Registry) -> None:
    policy = bonin.Policy({**SIGN_UP, "extends": "kr.youth_protection"})
    verifier = bonin.Verifier(people.v2, policy, registry=registry)
    assert not verifier.verify(people.id("kid", birth_date="2020-01-01"), subject="session-1").allowed
    assert registry.count() == (0, 0, 0, 0)


def test_what_is_refused(people: People, registry: bonin.Registry, verifier: bonin.Verifier) -> None:
    for parameter, call in (
        ("registry", lambda: bonin.Verifier(people.v2, bonin.Policy(SIGN_UP))),
        ("registry", lambda: bonin.Verifier(people.v2, bonin.Policy(SIGN_UP), registry=5)),  # type: ignore[arg-type]
        ("subject", lambda: verifier.verify(people.id("kim"))),
    ):
        with pytest.raises(bonin.InvalidArgument) as raised:
            call()
        assert raised.value.parameter == parameter
    registry.close()
    with pytest.raises(bonin.Closed):
        verifier.verify(people.id("kim"), subject="session-1")


def test_what_a_verifier_holds(people: People, registry: bonin.Registry, verifier: bonin.Verifier) -> None:
    assert repr(verifier.registry) == repr(registry)
    plain = bonin.Verifier(people.v2, bonin.Policy.preset("kr.youth_protection"))
    assert plain.registry is None and plain.verify(people.id("kim")).reservation is None
