"""Read by mypy alone: see tests/python/test_17_types.py."""

# mypy: enable-error-code="truthy-bool"

import datetime
from typing import Optional, Union, cast

import bonin
import bonin.django
import bonin.django.rest
import bonin.fastapi
import bonin.flask
from bonin import testing
from bonin.types import (
    ClaimOutcome,
    OwnStanding,
    OwnStoreUse,
    Persona,
    PolicyDocument,
    PolicyRule,
    Reason,
    SandboxPerson,
    StandingStore,
    UseStore,
)

v2 = bonin.PortOneV2(api_secret="secret", store_id="store-1")
v1 = bonin.PortOneV1(imp_key="key", imp_secret="secret")
bonin.PortOneV1(imp_key="key")  # wrong
bonin.PortOneV2("secret")  # wrong
policy = bonin.Policy.preset("kr.youth_protection")
verifier = bonin.Verifier(v2, policy)
bonin.Verifier(policy, v2)  # wrong

decision: bonin.Decision = verifier.verify("id", subject="session", expect={"custom_data": "order"})
verifier.verify("id", expect={"customData": "order"})  # wrong
verifier.verify("id", timeout_ms="fast")  # wrong
verifier.verify("id", subject="session", begun="yes")  # wrong
flow: bonin.Flow = verifier.begin("session", channel_key="channel", redirect_url="https://shop.test/back")
started: str = flow.id + flow.request["channelKey"] + flow.expires_at.isoformat()
verifier.begin()  # wrong
verifier.begin("session", "channel")  # wrong
flow.subject  # wrong
verifier.begin(
    "session", channel_key="channel", customer={"fullName": "name", "gender": "MALE"}, popup={"center": True}
)
verifier.begin("session", bypass={"danal": {"AGELIMIT": 19}}, window_type={"pc": "IFRAME"}, bind_channel=True)
verifier.begin("session", customer={"fullname": "name"})  # wrong
verifier.begin("session", window_type={"pc": "TAB"})  # wrong
verifier.begin("session", bypass={"inicisUnified": {"directAgency": "KAKAOO"}})  # wrong
verifier.begin("session", carrier="KT")  # wrong
verifier.begin("session", chanel_key="channel")  # wrong
bonin.flask.identity_blueprint(verifier, channel_key="channel", customer=lambda request: {"fullName": "name"}, otp=True)
bonin.fastapi.identity_router(verifier, channel_key=lambda request: "channel", otp={"company": "shop"}, settle_ms=0)
bonin.flask.identity_blueprint(verifier, chanel_key="channel")  # wrong
bonin.flask.identity_blueprint(verifier, otp={"kompany": "shop"})  # wrong
sent: bonin.OtpSent = verifier.send_otp(
    "session", channel_key="channel", name="name", phone="01000000001", identity_number="9003152", carrier="SKT",
    ip_address="203.0.113.7",
)  # fmt: skip
verifier.send_otp("session", channel_key="channel")  # wrong
confirmed: bonin.Decision = verifier.confirm_otp(sent.id, "123456", subject="session")
verifier.confirm_otp(sent.id, "123456")  # wrong
proofs = bonin.Proofs(key="env:BONIN_PROOF_KEY")
lasting: str = proofs.issue(decision, subject="user", days=365)
still: bool = proofs.check(lasting, subject="user", policy=policy).valid
proofs.check(lasting, subject="user").valid  # wrong
bonin.Verifier(v2, policy, otp_limits={"codes_per_id": 3})
bonin.Verifier(v2, policy, otp_limits={"codes": 3})  # wrong
allowed: bool = decision.allowed
name: Optional[str] = decision.verification.person.name.reveal()
birth_date: Optional[datetime.date] = decision.verification.person.birth_date.reveal()
text: str = decision.verification.person.name  # wrong
decision.verification.person.name == "name"  # wrong
decision.verification.person.ci != "ci"  # wrong
everything = decision.verification.person.to_dict()
ci: Optional[str] = everything["ci"]
everything["nickname"]  # wrong
latencies: int = v2.metrics()["latency_ms"]["count"]
v2.metrics()["latencies"]  # wrong
if v1.circuit == "opened":  # wrong
    pass
v1.send("id")  # wrong
v1.erase("imp_1")
v2.erase("id")  # wrong


async def awaiting() -> None:
    one: bonin.Decision = await verifier.averify("id")
    two: bonin.Verification = await verifier.arequire("id")
    three: bonin.Decision = await verifier.arequire("id")  # wrong
    async for verification in v2.alist(page_size=10):
        print(verification.status == "verified", one, two, three)
    async with v2 as client:
        await client.alookup("id", timeout_ms=1000)


for listed in v2.list(statuses=["VERIFIED"]):
    moment: Optional[datetime.datetime] = listed.verified_at


class Users:
    def find(self, keys: "list[bonin.PersonKey]") -> Optional[str]:
        return None

    def claim(self, keys: "list[bonin.PersonKey]", account_id: str) -> bonin.Claim:
        return bonin.Claim("created")


class AsyncUsers(StandingStore, UseStore):
    async def find(self, keys: "list[bonin.PersonKey]") -> Optional[int]:
        return 7

    async def claim(self, keys: "list[bonin.PersonKey]", account_id: str) -> ClaimOutcome:
        return "created"

    async def standing(self, keys: "list[bonin.PersonKey]") -> OwnStanding:
        return {"account": None, "banned_until": True, "rejoin_at": None}

    def consume(self, id_hash: str, subject_hash: str) -> OwnStoreUse:
        return "unknown"  # wrong


bonin.Registry(own_store=AsyncUsers(), pepper="…")
standing: OwnStanding = {"account": "a-1", "rejoin_at": None}  # wrong
registry = bonin.Registry("sqlite:accounts.db", peppers=[("new", "…"), "…"], keys=["ci"])
bonin.Registry(own_store=Users(), pepper="…")
bonin.Registry(own_store=object(), pepper="…")  # wrong
bonin.Registry("sqlite:accounts.db", pepper=5)  # wrong
bonin.Verifier(v2, policy, registry=registry)
bonin.Verifier(v2, policy, registry="sqlite:accounts.db")  # wrong
claim: bonin.Claim = registry.try_claim(decision.verification, "account")
granted: bool = claim.granted
registry.release("account")  # wrong
report: bonin.ImportReport = registry.import_([("ci", "raw", "DANAL", "", 7)], on_batch=lambda so_far: so_far.rows)
registry.import_([], batch=5)  # wrong
registry.import_file("users.csv", kind="cis")  # wrong
registry.import_keys([(*key, 7) for key in registry.keys(decision.verification)])
if report.conflicts[0].reason == "bad":  # wrong
    report.left_out["bad_value"] + 1
registry.release("account", rejoin_after_ms=0)
if decision.reservation is not None:
    decision.reservation.commit("account")
decision.reservation.commit("account")  # wrong
committed: bonin.Claim = decision.commit("account")
try:
    registry.claim(decision.verification, "account")
except bonin.ClaimRefused as refused:
    why: Optional[str] = refused.reason
    until: Optional[datetime.datetime] = refused.until
    refused.outcome.upper()
    refused.until.isoformat()  # wrong
verifier_warnings: "list[str]" = verifier.warnings
policy.evaluate(decision.verification, now=decision.at, standing=registry.standing(decision.verification))
decisions: bonin.Decisions = policy.evaluate_columns({"birth_date": [0, 1]}, now=decision.at)
policy.evaluate_columns([0, 1], now=decision.at)  # wrong
policy.evaluate_columns(
    {"birth_date": [0]}, now=decision.at, assume={"status": "verified"}, time_zone="Asia/Seoul", progress=True
)
policy.evaluate_columns({"birth_date": [0]}, now=decision.at, progress="bar")  # wrong
reasons: "dict[Reason, int]" = decisions.counts()[0].reasons
years: int = bonin.age("1990-05-17", datetime.date(2026, 3, 1), by="year")
bonin.age("1990-05-17", "2026-03-01", by="korean")  # wrong
policy.evaluate_many([decision.verification], now=decision.at, expect={"merchant_uid": None})  # wrong
policy.explain("de")  # wrong

# bonin.django
patterns, app_name = bonin.django.urls(
    verifier, channel_key="channel", on_allowed=lambda request, decision: {"a": 1}, otp=True
)
bonin.django.urls(
    subject=bonin.django.session_subject, asynchronous=True, customer=lambda request: {"fullName": "name"}
)
bonin.django.urls(verifier, chanel_key="channel")  # wrong
bonin.django.urls(verifier, on_allowed=lambda decision: None)  # wrong
bonin.django.urls(verifier, asynchronous="yes")  # wrong
bonin.django.require_identity(verifier, on_denied=lambda request, refusal: refusal.code)
bonin.django.require_identity(verifier, on_allowed=lambda request, decision: None)  # wrong
bonin.django.require_identity(verifier, begun="no")  # wrong
bonin.django.rest.identity_permission(verifier, settle_ms=0)
bonin.django.rest.identity_permission(v2)  # wrong


class Guarded(bonin.django.IdentityRequiredMixin):
    verifier = verifier
    identity_options = {"subject": bonin.django.session_subject, "begun": False}


# bonin.flask and bonin.fastapi
bonin.flask.identity_blueprint(verifier, name="adults", url_prefix="/adults", on_denied=lambda refusal: refusal.code)
bonin.flask.identity_blueprint(portone=v2)  # wrong
bonin.flask.identity_blueprint(verifier, on_allowed=lambda decision: decision.reveal())  # wrong
bonin.fastapi.identity_router(verifier, prefix="/adults", begun=False, subject=lambda request: request.client)
bonin.fastapi.identity_router(verifier, begun=None)  # wrong
bonin.fastapi.identity_router(verifier, allowed_origins=None)  # wrong
verifier.verify("id", begun=None)  # wrong
verifier.verify("id", expect=None)  # wrong
verifier.verify("id", expect={"name": None})  # wrong


def denied(refusal: bonin.fastapi.Refusal) -> str:
    return refusal.person  # wrong


bonin.fastapi.identity_router(verifier, on_denied=denied)
bonin.fastapi.identity_router(verifier, on_allowed=denied)  # wrong
bonin.fastapi.identity_router(verifier, cookie={"same_site": "None", "partitioned": True}, retry_url="/sign-up")
bonin.fastapi.identity_router(verifier, cookie={"same_site": "lax"})  # wrong
bonin.fastapi.identity_router(verifier, tags=["members"], responses=bonin.fastapi.RESPONSES, include_in_schema=False)
bonin.fastapi.identity_router(verifier, dependencies=[denied])  # wrong
bonin.flask.identity_blueprint(verifier, on_again=lambda decision: None, retry_url=lambda request: "/sign-up")
bonin.flask.identity_blueprint(verifier, retry_url=5)  # wrong


@bonin.flask.require_identity(verifier, subject=lambda request: request.headers["X-User"])
def view(number: int) -> str:
    return str(number)


view(5)
view("five")  # wrong

# Words
bonin.Policy.preset("kr.youthprotection")  # wrong
for preset in bonin.Policy.preset_names():
    bonin.Policy.preset(preset)
if decision.denials[0].code == "agee":  # wrong
    pass
reason: Optional[Union[Reason, str]] = decision.denials[0].reason
if reason == "age:too_young,foreigner:missing" or decision.denials[0].outcome == "unknown":
    pass
kept_out_until: Optional[datetime.datetime] = decision.shown[0].until
if decision.needs_guardian and kept_out_until is not None:
    decision.shown[0].to_dict()["until"]
decision.needs_guardian()  # wrong
why_not: Reason = "tooyoung"  # wrong
try:
    verifier.require("id")
except bonin.BoninError as error:
    if error.kind == "notfound":  # wrong
        pass
    if error.kind == "not_found" or error.kind == "timed_out":
        pass
if claim.outcome == "granted":  # wrong
    pass
if claim.reason == "bannd":  # wrong
    pass
if registry.consume("id", "session") == "unknown":  # wrong
    pass
if registry.standing(decision.verification).get("place") == "vacant":  # wrong
    pass
if decision.verification.provider == "KAKAO" or decision.verification.person.carrier.reveal() == "LGU":
    pass
if decision.verification.person.carrier.reveal() == "LGT":  # wrong
    pass
v2.list(statuses=["verified"])  # wrong
v2.list(sort_by="VERIFIED_AT", sort_order="DESC", carriers=["SKT_MVNO"])
v1.request_otp(
    name="name",
    phone="01000000000",
    birth="900101",
    gender_digit="1",
    carrier="SKT_MVNO",  # wrong
    channel_key="channel",
)

# `if decision:` is reported by `truthy-bool`, and the lines that follow are checked.
if decision:  # wrong
    decision.nonsense  # wrong
if not decision.verification.person.foreigner:  # wrong
    pass
decision.nonsense  # wrong

# Policy documents
bonin.Policy({"name": "vote", "extends": "kr.vote", "election_day": "2026-06-03"})
bonin.Policy({"name": "a", "extends": "kr.work", "rules": [{"account": "new"}, {"single_use": True}]})
bonin.Policy({"name": "a", "rules": [{"age": {"at_least": 19, "below": 65, "by": "full", "on": "2026-07-01"}}]})
bonin.Policy({"name": "a", "rules": [{"age": {"between": [14, 18], "by": "year", "by_end_of": "2026-07-01"}}]})
bonin.Policy(
    {
        "$schema": "./policy.schema.json",
        "name": "a",
        "description": "b",
        "accept_self_declared": ["gender"],
        "rules": [
            {"verified": True},
            {"fresh": {"within": "10m"}},
            {"channel": {"type": "live", "unmarked": False, "providers": ["DANAL"]}},
            {"has": ["ci", "phone"]},
            {"attested": "name"},
            {"any_of": [{"not": {"gender": {"in": ["female"]}}}, {"carrier": {"not_in": ["KT"]}}]},
            {"all_of": [{"mvno": False}, {"foreigner": False}, {"provider": {"in": ["DANAL"]}}]},
            {"expect": ["custom_data"]},
            {"not_banned": True},
            {"rejoin_period_over": True},
        ],
    }
)
bonin.Policy('{"name": "a", "extends": "kr.work"}')
rule: PolicyRule = {"age": {"at_least": 19, "by": "year"}}
document: PolicyDocument = {"name": "a", "rules": [rule]}
bonin.Policy(document)
bonin.Policy({"rules": [{"age": {"at_least": 19}}]})  # wrong
bonin.Policy({"rules": [rule]})  # wrong
bonin.Policy({"name": "a"})  # wrong
bonin.Policy({"name": "a", "rules": [{"age": {"at_least": 19}}]})  # wrong
bonin.Policy({"name": "a", "rules": [{"age": {"atLeast": 19, "by": "year"}}]})  # codespell:ignore # wrong
bonin.Policy({"name": "a", "rules": [{"age": {"between": [14, 18], "below": 19, "by": "year"}}]})  # wrong
bonin.Policy({"name": "a", "rules": [{"age": {"at_least": 19, "by": "year", "on": "", "by_end_of": ""}}]})  # wrong
bonin.Policy({"name": "a", "rules": [{"has": "ci", "attested": "ci"}]})  # wrong
bonin.Policy({"name": "a", "rules": [{"has": ["cii"]}]})  # wrong
bonin.Policy({"name": "a", "rules": [{"verified": False}]})  # wrong
bonin.Policy({"name": "a", "rules": [{"gender": {"in": ["F"]}}]})  # wrong
bonin.Policy({"name": "a", "rules": [{"not": {"fresh": 10}}]})  # wrong
bonin.Policy({"name": "a", "rules": [{"fresh": "10m"}, {"rejoin_period_over": "30d", "text": {"ko": "a"}}]})
bonin.Policy({"name": "a", "extends": [document, "kr.work", "kr.vote"], "election_day": "2026-06-03"})
bonin.Policy({"name": "a", "extends": document})
bonin.Policy({"name": "a", "rules": [{"has": "ci", "text": "a"}]})  # wrong
bonin.Policy({"name": "a", "rules": [{"has": "ci", "text": {"de": "a"}}]})  # wrong
bonin.Policy({"name": "a", "extends": ["kr.nobody"]})  # wrong
period: Optional[int] = bonin.Policy(document).rejoin_after_ms
phrases: str = bonin.Policy(document).tree("ko")[0]["phrase"] + bonin.Policy.presets()[0]["ko"]
diff: str = bonin.policy_diff(policy, policy, cases={})["rules"][0]["change"]
bonin.policy_diff(policy, {})  # wrong
bonin.Policy({"name": "a", "extends": "kr.vote"})  # wrong
bonin.Policy({"name": "a", "extends": "kr.work", "election_day": "2026-06-03"})  # wrong

# The sandbox
sandbox = bonin.Sandbox()
for persona in sandbox.personas():
    sandbox.verify(persona["name"], api="v1", merchant_uid="order-1")
person: SandboxPerson = {"name": "name", "birth_date": datetime.date(1990, 1, 1), "di": None}
sandbox.verify(person, channel_type=None, status="FAILED", verified_at_ms=0, overrides={"certified": "true"})
sandbox.add_person("vip", person, provider="KCP_V2")
sandbox.verify(cast(Persona, "vip"))
sandbox.verify("adlt")  # wrong
sandbox.verify("adult", api="v3")  # wrong
sandbox.verify("adult", agency="DANAL")  # wrong
sandbox.verify({"nickname": "name"})  # wrong
sandbox.fault("status", status=503, headers={"Retry-After": "2"}, match={"method": "GET"}, times=2, after=1)
sandbox.fault("cut", bytes=10)
sandbox.fault("cut", body="half", status=200, effect=False)
sandbox.fault("reset", effect=True, delay_ms=20)
sandbox.fault("statuses")  # wrong
sandbox.fault("status", code=503)  # wrong
sandbox.fault("reset", status=503)  # wrong
sandbox.fault("delay", delay_ms=20, effect=False)  # wrong
sandbox.fault("drip", effect=False)  # wrong
sandbox.fault("respond", match={"pth": "/"})  # wrong
sandbox.control("clear_fault")  # wrong
entries: int = len(sandbox.requests["requests"]) + sandbox.requests["requests"][0]["status"]
sandbox.requests["route"]  # wrong


def clocks_and_tests(sandbox: bonin.Sandbox, policy: bonin.Policy) -> None:
    v2: bonin.PortOneV2 = sandbox.connect()
    v1: bonin.PortOneV1 = sandbox.connect("v1", tier="abc", v2=v2)
    sandbox.connect(auth="login", timeout_ms=1_000)
    sandbox.connect(base_url="https://api.portone.io")  # wrong
    sandbox.advance(minutes=11)
    sandbox.advance(datetime.timedelta(days=1))
    sandbox.advance(weeks=1)  # wrong
    registry = bonin.Registry("sqlite::memory:", pepper="p" * 32, clock=sandbox)
    bonin.Verifier(v1, policy, registry=registry, clock=sandbox)
    bonin.Proofs(key="p" * 32, clock=sandbox)
    bonin.PortOneV2(api_secret="s", clock=datetime.datetime)  # wrong
    with testing.start(policy, "v1", registry={"reservation_life_ms": 1_000}) as stage:
        testing.assert_denied(stage.flow("minor", "session-1"), "age", "too_young")
        testing.assert_allowed(stage.verify(stage.finish(stage.begin(), {"name": "n"}), expect={"name": "n"}))
        stage.flow("adlut")  # wrong
    testing.allowed("adult", policy=policy, custom_data="order-1")
    testing.denied("age", "too_young", {"name": "n"}, policy=policy)
    testing.denied("aeg", "too_young")  # wrong


judged: bonin.Judged = verifier.verify_many(["id"], at_once=8, per_second=5.5, subject=7, progress=True)
left: int = judged.counts.left + judged.next + len(judged)
for answer in judged:
    answer.allowed  # wrong
    if isinstance(answer, bonin.Decision):
        answer.denials.clear()
    elif answer is not None and answer.retryable:
        answer.kind.upper()
if judged.stopped is not None:
    judged.stopped.kind.upper()
judged.next = 5  # wrong
verifier.verify_many([1])  # wrong
verifier.verify_many(["id"], begun=True)  # wrong


def denials_and_columns(policy: bonin.Policy, verifier: bonin.Verifier, now: datetime.datetime) -> None:
    try:
        verifier.require("id")
    except bonin.Denied as denied:
        denied.decision.denials.clear()
        denied.decision.verification.person.name.reveal()
        denied.decision.allowedd  # wrong
    columns = policy.evaluate_columns({"birth_date": ["1990-01-01"]}, now=now)
    (float(columns.allowed.mean()) + columns.failed.nbytes).is_integer()
    columns.allowed.meann()  # wrong
    columns.to_polars().filter(columns.to_polars()["allowed"]).height
    columns.to_polars().heightt  # wrong
    policy.compare(policy, {"birth_date": ["1990-01-01"]}, now=now).rows.gained.size.bit_length()
    policy.compare(policy, {"birth_date": ["1990-01-01"]}, now=now).rows.gained.sizee  # wrong
