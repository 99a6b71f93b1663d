"""Read by mypy alone: see tests/python/test_17_types.py."""

import datetime
from typing import Optional

import bonin
import bonin.fastapi
import bonin.flask

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


registry = bonin.Registry("sqlite:accounts.db", peppers=[("new", "…"), "…"], keys=["ci"])
bonin.Registry(own_store=Users(), pepper="…")
bonin.Registry(own_store=object(), pepper="…")  # wrong
bonin.Registry("sqlite:accounts.db", pepper=5)  # wrong
bonin.Verifier(v2, policy, registry=registry)
bonin.Verifier(v2, policy, registry="sqlite:accounts.db")  # wrong
claim: bonin.Claim = registry.try_claim(decision.verification, "account")
granted: bool = claim.granted
registry.release("account")  # wrong
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
policy.evaluate_many([decision.verification], now=decision.at, expect={"merchant_uid": None})  # wrong
policy.explain("de")  # wrong

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


@bonin.flask.require_identity(verifier, subject=lambda request: request.headers["X-User"])
def view(number: int) -> str:
    return str(number)


view(5)
view("five")  # wrong
