"""The rest of the family: codes by SMS, erasing, lists."""

import asyncio
import datetime
from typing import Any

import pytest

import bonin

UTC = datetime.timezone.utc


def otp_request(sandbox: bonin.Sandbox) -> Any:
    return {
        "name": "김보닌", "phone": "01000000001", "birth": "900315", "gender_digit": "2", "carrier": "SKT",
        "channel_key": sandbox.channel_key,
    }  # fmt: skip


def send_request(sandbox: bonin.Sandbox) -> Any:
    return {
        "channel_key": sandbox.channel_key, "carrier": "SKT", "method": "SMS", "name": "김보닌",
        "phone_number": "01000000001", "ip_address": "127.0.0.1", "identity_number": "9003152",
    }  # fmt: skip


def test_v1_code_by_sms(sandbox: bonin.Sandbox, v1: bonin.PortOneV1) -> None:
    imp_uid = v1.request_otp(**otp_request(sandbox))
    assert imp_uid.startswith("imps_")
    with pytest.raises(bonin.BoninError):
        v1.confirm_otp(imp_uid, "0")
    verification = v1.confirm_otp(imp_uid, sandbox.otp(imp_uid))
    assert verification.id == imp_uid and verification.status == "verified"
    assert verification.person.birth_date.reveal() == datetime.date(1990, 3, 15)
    v1.erase(imp_uid)
    with pytest.raises(bonin.NotFound):
        v1.lookup(imp_uid)


def test_v2_code_by_sms(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    id = bonin.new_id()
    assert v2.send(id, custom_data="order-1", **send_request(sandbox)) is None
    with pytest.raises(bonin.Conflict):
        v2.send(id, **send_request(sandbox))
    assert v2.resend(id) is None
    assert v2.lookup(id).status == "ready"
    verification = v2.confirm(id, sandbox.otp(id))
    assert (verification.id, verification.status, verification.custom_data) == (id, "verified", "order-1")
    with pytest.raises(bonin.Conflict):
        v2.resend(id)


def test_the_awaitable_twins(sandbox: bonin.Sandbox, v1: bonin.PortOneV1, v2: bonin.PortOneV2) -> None:
    async def main() -> None:
        imp_uid = await v1.arequest_otp(**otp_request(sandbox))
        assert (await v1.aconfirm_otp(imp_uid, sandbox.otp(imp_uid))).status == "verified"
        assert await v1.aerase(imp_uid) is None
        with pytest.raises(bonin.NotFound):
            await v1.alookup(imp_uid)
        id = bonin.new_id()
        assert await v2.asend(id, **send_request(sandbox)) is None
        assert await v2.aresend(id) is None
        assert (await v2.aconfirm(id, sandbox.otp(id))).status == "verified"
        assert (await v2.alookup(id)).id == id

    asyncio.run(main())


def test_list_asks_for_a_page_when_it_is_wanted(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    ids = {sandbox.verify("adult") for _ in range(5)}
    sandbox.clear_requests()
    iterator = v2.list(page_size=2)
    assert sandbox.requests["total"] == 0
    first = next(iterator)
    assert sandbox.requests["total"] == 1
    found = [first, *iterator]
    assert sandbox.requests["total"] == 3
    assert {verification.id for verification in found} == ids
    assert found[0].person.name.reveal() == "김하나"
    sandbox.clear_requests()
    assert [v.id for v in v2.list(page_size=2, page=2)] == [found[4].id]
    assert sandbox.requests["total"] == 1  # the last page is known to be the last
    assert [v.id for v in v2.list(page_size=2, page=1)] == [v.id for v in found[2:]]
    assert sandbox.requests["total"] == 3
    assert list(v2.list(page_size=2, page=9)) == []


def test_alist(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    ids = {sandbox.verify("adult") for _ in range(5)}

    async def main() -> None:
        assert {verification.id async for verification in v2.alist(page_size=2)} == ids
        sandbox.clear_requests()
        assert len([verification.id async for verification in v2.alist(page_size=2, page=1)]) == 3
        assert sandbox.requests["total"] == 2

    asyncio.run(main())


def test_list_filters(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    adult, failed = sandbox.verify("adult"), sandbox.verify("failed")
    assert [v.id for v in v2.list(statuses=["FAILED"])] == [failed]
    assert [v.id for v in v2.list(statuses=("VERIFIED",))] == [adult]
    hour = datetime.timedelta(hours=1)
    now = datetime.datetime.now(UTC)
    assert {v.id for v in v2.list(from_=now - hour, until=now + hour)} == {adult, failed}
    assert list(v2.list(from_=now - 2 * hour, until=now - hour)) == []
    wrong: Any
    for wrong in ({"statuses": "FAILED"}, {"from_": "yesterday"}, {"is_test": "no"}, {"page_size": "many"}):
        with pytest.raises(bonin.InvalidArgument):
            v2.list(**wrong)


@pytest.mark.parametrize("auth", ["login", "api_key"])
def test_other_ways_to_be_authorised(auth: str, sandbox: bonin.Sandbox) -> None:
    key = "api_key" if auth == "api_key" else "api_secret"
    for options in ({"auth": auth}, {} if auth == "api_key" else {"auth": auth}):
        given: Any = {key: getattr(sandbox, key), **options}
        with bonin.PortOneV2(base_url=sandbox.url, **given) as client:
            assert client.lookup(sandbox.verify("adult")).status == "verified"
    with pytest.raises(bonin.InvalidArgument) as raised:
        bonin.PortOneV2(api_secret="x", auth="cookie")  # type: ignore[arg-type]
    assert raised.value.parameter == "auth"
