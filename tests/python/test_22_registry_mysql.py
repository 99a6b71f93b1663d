"""The registry in MySQL and MariaDB, from Python."""

import asyncio

import pytest
from mariadb import mariadb
from persons import PEPPER, People

import bonin


def test_a_sign_up_from_end_to_end(v2: bonin.PortOneV2, people: People) -> None:
    with mariadb() as url:
        registry = bonin.Registry(url, pepper=PEPPER)
        policy = bonin.Policy({"name": "sign-up", "rules": [{"account": "new"}, {"single_use": True}]})
        verifier = bonin.Verifier(v2, policy, registry=registry)
        decision = verifier.verify(people.id("kim"), subject="session-1")
        assert decision.allowed, decision
        assert decision.commit("a-1").outcome == "created"
        kim = people("kim")
        assert registry.find(kim) == "a-1" and registry.claim(kim, "a-1").outcome == "existing"
        again = verifier.verify(people.id("kim"), subject="session-2")
        assert not again.allowed and [denial.reason for denial in again.denials] == ["taken"]

        async def many() -> "list[str]":
            lee = people("lee")
            claims = await asyncio.gather(*(registry.atry_claim(lee, f"b-{i}") for i in range(20)))
            return sorted(claim.outcome for claim in claims)

        assert asyncio.run(many()) == ["created"] + ["taken"] * 19
        assert registry.count() == (2, 2, 4, 1)
        assert repr(registry).startswith("Registry(mysql, ")
        registry.close()
        # Another process, another day.
        later = bonin.Registry(url.replace("mysql:", "mariadb:"), pepper=PEPPER)
        assert later.find(kim) == "a-1" and later.forget("a-1") is True and later.find(kim) is None
        later.close()


def test_addresses() -> None:
    remote = "mysql://u:hunter2@db.example.com/x"
    (warning,) = bonin.Registry(f"{remote}?ssl-mode=DISABLED", pepper=PEPPER).warnings
    assert "ssl-mode=VERIFY_IDENTITY" in warning and "hunter2" not in warning
    for address in (
        remote,
        f"{remote}?charset=utf8",
        "mysql://u:hunter2@db.example.com",
        f"{remote}?ssl-mode=PREFERRED",
    ):
        with pytest.raises(bonin.InvalidArgument) as refused:
            bonin.Registry(address, pepper=PEPPER)
        assert refused.value.parameter == "store" and "hunter2" not in str(refused.value)
