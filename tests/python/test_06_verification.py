"""What PortOne says about an id, read lazily from the native record."""

import datetime
import json
from typing import Any, Callable, List

import pytest
from conftest import Observe

import bonin


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_one_shape_for_both_apis(api: str, sandbox: bonin.Sandbox, v1: bonin.PortOneV1, v2: bonin.PortOneV2) -> None:
    options = {"merchant_uid": "order-1"} if api == "v1" else {"custom_data": "order-1"}
    id = sandbox.verify("adult", api=api, **options)
    v = (v1 if api == "v1" else v2).lookup(id)
    assert (v.id, v.api, v.status, v.provider) == (id, api, "verified", "DANAL")
    assert v.channel.type == ("unmarked" if api == "v1" else "live")
    assert v.merchant_uid == ("order-1" if api == "v1" else None)
    assert v.custom_data == ("order-1" if api == "v2" else None)
    assert v.pg_tx_id and v.failure is None
    assert v.verified_at is not None and v.verified_at.utcoffset() == datetime.timedelta(0)
    now = datetime.datetime.now(datetime.timezone.utc)
    assert abs(now - v.verified_at) < datetime.timedelta(minutes=5)
    assert v.person.name.reveal() == "김하나"
    assert v.person.birth_date.reveal() == datetime.date(1990, 3, 15)
    assert v.person.gender.reveal() == "female"
    assert v.person.foreigner.reveal() is False
    assert v.person.phone.reveal() == "01000000001"
    assert v.person.carrier.reveal() == "SKT"
    assert v.person.mvno.reveal() is False
    assert len(v.person.ci.reveal() or "") == 88
    assert len(v.person.di.reveal() or "") == 64
    answer = v.json()
    assert (answer["response"]["imp_uid"] if api == "v1" else answer["id"]) == id
    assert json.loads(v.raw()) == answer


def test_to_dict_is_everything(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    person = v2.lookup(sandbox.verify("foreigner")).person
    everything = person.to_dict()
    assert list(everything) == ["name", "birth_date", "gender", "foreigner", "phone", "carrier", "mvno", "ci", "di"]
    assert everything["name"] == person.name.reveal()
    assert everything["foreigner"] is True
    assert everything["carrier"] == "LGU" and everything["mvno"] is True


def test_who_says_so(sandbox: bonin.Sandbox, v2: bonin.PortOneV2, defended: Observe) -> None:
    person = v2.lookup(sandbox.verify("kakao_without_ci")).person
    assert (person.name.attestation, person.name.present, person.name.attested) == ("attested", True, True)
    assert (person.gender.attestation, person.gender.present, person.gender.attested) == (
        "self_declared_possible", True, False,
    )  # fmt: skip
    assert (person.ci.attestation, person.ci.present, person.ci.attested) == ("absent", False, False)
    assert person.ci.reveal() is None
    defended(10, "Python: gender through INICIS_UNIFIED is `self_declared_possible`, and not attested")


def test_matches(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    person = v2.lookup(sandbox.verify("adult")).person
    assert person.name.matches("김하나") is True
    assert person.name.matches("김하") is False
    assert person.birth_date.matches(datetime.date(1990, 3, 15))
    assert person.birth_date.matches("1990-03-15")
    assert not person.birth_date.matches("1990-03-16")
    assert person.foreigner.matches(False) and not person.foreigner.matches(True)
    assert person.gender.matches("female")
    for wrong in (5, None, b"x"):
        with pytest.raises(bonin.InvalidArgument):
            person.name.matches(wrong)  # type: ignore[arg-type]
    absent = v2.lookup(sandbox.verify("kakao_without_ci")).person.ci
    assert not absent.matches("")


def test_an_attribute_is_neither_compared_nor_true(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    person = v2.lookup(sandbox.verify("adult")).person
    name: Any = person.name
    compares: List[Callable[[], object]] = [
        lambda: name == "김하나",
        lambda: name != "김하나",
        lambda: name == "김하나",
        lambda: name == name,
        lambda: bool(person.foreigner),
    ]
    for compare in compares:
        with pytest.raises(TypeError, match=r"reveal\(\)"):
            compare()
    with pytest.raises(TypeError, match="unhashable"):
        hash(person.name)


def test_a_part_keeps_the_record_alive(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    import gc

    name = v2.lookup(sandbox.verify("adult")).person.name
    channel = v2.lookup(sandbox.verify("adult")).channel
    gc.collect()
    assert name.reveal() == "김하나"
    assert channel.type == "live" and channel.key and channel.pg_merchant_id


def test_a_failure_says_why(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    failure = v2.lookup(sandbox.verify("failed")).failure
    assert failure is not None
    assert failure.pg_code == "9999" and failure.reason and failure.pg_message


def test_a_verification_comes_back_as_the_same_object(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    decision = verifier.verify(sandbox.verify("adult"))
    verification = decision.verification
    assert decision.verification is verification
