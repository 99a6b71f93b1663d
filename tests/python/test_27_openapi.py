"""What FastAPI's OpenAPI tells of the routes, as a generator of clients reads it.

To renew the snapshot after a decision: python tests/python/test_27_openapi.py > tests/python/openapi.txt
"""

import json
import pathlib
import re
import sys
from typing import Any, Dict, Iterator, List, Optional, get_args

import pytest
import web
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel
from typing_extensions import Annotated
from web import FORM, JSON, FastapiBrowser

import bonin
import bonin.fastapi as bf
import bonin.web
from bonin import _native
from bonin.fastapi import identity_router, require_identity
from bonin.types import RefusalCode

SNAPSHOT = pathlib.Path(__file__).with_name("openapi.txt")
POLICY = bonin.Policy.preset("kr.youth_protection")


def offline() -> List[bonin.Verifier]:
    v2 = bonin.PortOneV2(api_secret="secret", store_id="store-1")
    return [bonin.Verifier(v2, POLICY), bonin.Verifier(bonin.PortOneV1(imp_key="key", imp_secret="secret"), POLICY)]


def app_of(*verifiers: bonin.Verifier, **options: Any) -> FastAPI:
    app = FastAPI(title="shop", version="1")
    for verifier in verifiers:
        app.include_router(identity_router(verifier, **{**web.CHANNEL, **options}))
    return app


# ---- a client, as it would be generated -----------------------------------------------------------------------------


class Client:
    """Types as TypeScript writes them."""

    def __init__(self, schema: Any) -> None:
        self.schema = schema

    def type_of(self, schema: Any) -> str:
        if "$ref" in schema:
            return str(schema["$ref"].rpartition("/")[2])
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return " | ".join(self.type_of(one) for one in schema[several])
        if "const" in schema:
            return json.dumps(schema["const"])
        if "enum" in schema:
            return " | ".join(json.dumps(one) for one in schema["enum"])
        kind = schema.get("type")
        if kind == "array":
            return f"({self.type_of(schema['items'])})[]"
        if kind == "object" and "properties" in schema:
            needed = schema.get("required", [])
            fields = [f"{n}{'' if n in needed else '?'}: {self.type_of(s)}" for n, s in schema["properties"].items()]
            return "{ " + "; ".join(fields) + " }"
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return f"Record<string, {self.type_of(schema['additionalProperties'])}>"
        names = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
        return names.get(kind, "unknown")

    def lines(self) -> Iterator[str]:
        for path, methods in self.schema["paths"].items():
            for method, operation in methods.items():
                yield f"// {operation['summary']}: {method.upper()} {path}, {', '.join(operation['tags'])}"
                yield f"export function {operation['operationId']}("
                for parameter in operation.get("parameters", []):
                    needed = "" if parameter["required"] else "?"
                    yield f"  {parameter['in']}: {{ '{parameter['name']}'{needed}: {self.type_of(parameter['schema'])} }},"
                body = operation.get("requestBody")
                if body:
                    types = {self.type_of(content["schema"]) for content in body["content"].values()}
                    (one,) = types
                    yield f"  body: {one}, // {' or '.join(body['content'])}"
                yield "):"
                for status, response in operation["responses"].items():
                    told = [self.type_of(content["schema"]) for content in response.get("content", {}).values()]
                    heads = "".join(
                        f" {name}: {self.type_of(h['schema'])}" for name, h in response.get("headers", {}).items()
                    )
                    yield f"  | {status} {' | '.join(told) or 'unknown'}{heads and ' with' + heads}"
        for name, schema in self.schema["components"]["schemas"].items():
            yield f"export type {name} = {self.type_of(schema)};"


def snapshot() -> List[str]:
    return list(Client(app_of(*offline(), otp=True).openapi()).lines())


def test_what_a_client_sees() -> None:
    assert snapshot() == SNAPSHOT.read_text(encoding="utf-8").splitlines()
    assert "unknown" not in SNAPSHOT.read_text(encoding="utf-8")


# ---- the schema -----------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("options", [{}, {"otp": True}, {"subject": lambda request: "kim"}, {"on_allowed": print}])
def test_the_schema_is_valid(options: Any) -> None:
    validate = pytest.importorskip("openapi_spec_validator").validate
    app = app_of(*offline(), **options)
    app.include_router(identity_router(offline()[0], prefix="/adults", **web.CHANNEL))

    def club_of(club: str) -> str:
        return club

    app.include_router(
        identity_router(offline()[0], **web.CHANNEL), prefix="/members/{club}", dependencies=[Depends(club_of)]
    )
    schema = app.openapi()
    validate(schema)
    ids = [operation["operationId"] for methods in schema["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))
    assert {"begin_identity_verification", "adults_begin_identity_verification"} <= set(ids)
    assert "members_club_finish_identity_verification_by_redirect" in ids and "begin_certification" in ids
    assert all(re.fullmatch("[a-z_0-9]+", id) for id in ids)


def operations(app: FastAPI) -> Dict[str, Any]:
    paths = app.openapi()["paths"]
    return {
        path.rpartition("identity-verifications")[2]: next(iter(methods.values())) for path, methods in paths.items()
    }


def test_statuses_are_those_of_the_contract() -> None:
    v2, _ = offline()
    for path, operation in operations(app_of(v2, otp=True)).items():
        for status, response in operation["responses"].items():
            if status == "200":
                continue
            assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/RefusedAnswer"}
            for code in re.findall("`([a-z_]+)`", response["description"]):
                assert str(_native.web_refusals()[code][0]) == status, path
    told = {path: set(operation["responses"]) for path, operation in operations(app_of(v2, otp=True)).items()}
    assert told[""] == {"200", "400", "403", "413", "415", "500", "503"}
    assert told["/send"] == {"200", "400", "403", "413", "415", "422", "429", "500", "503"}
    assert told["/begin"] == {"200", "400", "403", "500"}


def test_a_token_is_told_where_it_may_come() -> None:
    v2, _ = offline()

    def heads(app: FastAPI) -> List[str]:
        found = [
            p["name"] for one in operations(app).values() for p in one.get("parameters", []) if p["in"] == "header"
        ]
        return found

    assert set(heads(app_of(v2))) == {"Bonin-Subject"}
    assert heads(app_of(v2, subject=lambda request: "kim")) == []
    assert "Bonin-Subject" in operations(app_of(v2))["/begin"]["responses"]["200"]["headers"]


# ---- options of APIRouter -------------------------------------------------------------------------------------------


def test_options_of_a_router() -> None:
    v2, _ = offline()

    def guard(x_key: Annotated[str, Header()] = "") -> None:
        if x_key != "open":
            raise HTTPException(418)

    app = app_of(
        v2, tags=["가입"], dependencies=[Depends(guard)],
        responses={418: {"description": "A teapot."}, 403: {"description": "Not you."}, "5XX": {"description": "Ours."}},
    )  # fmt: skip
    for operation in operations(app).values():
        assert operation["tags"] == ["가입"]
        told = operation["responses"]
        assert told["418"]["description"] == "A teapot." and told["5XX"]["description"] == "Ours."
        assert told["403"]["description"] == "Not you." and "RefusedAnswer" in str(told["403"]), "the model stays"
    browser = FastapiBrowser(app)
    for method in ("POST", "PUT"):
        assert browser.send(method, "/identity-verifications/begin").status == 418
    assert browser.send("POST", "/identity-verifications/begin", X_Key="open").status == 200
    assert app_of(v2, include_in_schema=False).openapi()["paths"] == {}
    outer = APIRouter()
    outer.include_router(identity_router(v2, **web.CHANNEL), tags=["more"])
    app = FastAPI()
    app.include_router(outer)
    assert {tuple(one["tags"]) for one in operations(app).values()} == {("more", "identity")}


class Welcome(BaseModel):
    nickname: str


def test_what_on_allowed_answers_is_its_annotation() -> None:
    v2, _ = offline()

    def told(function: Any) -> Any:
        found = operations(app_of(v2, on_allowed=function))
        assert "BeginAnswerV2" in str(found["/begin"]["responses"]["200"]), "of this route nothing else is told"
        schemas = [found[path]["responses"]["200"].get("content", {}) for path in ("", "/redirect")]
        types = [Client({}).type_of(one[JSON]["schema"]) if JSON in one else None for one in schemas]
        assert types[0] == types[1]
        return types[0]

    def welcome(decision: bonin.Decision) -> Welcome: ...  # type: ignore[empty-body]
    async def later(decision: bonin.Decision) -> Optional[Welcome]: ...
    def sent_on(decision: bonin.Decision) -> Optional[RedirectResponse]: ...
    def counted(decision: bonin.Decision) -> Dict[str, int]: ...  # type: ignore[empty-body]
    def nothing_known(decision): ...  # type: ignore[no-untyped-def]
    def no_model(decision: bonin.Decision) -> bonin.Verification: ...  # type: ignore[empty-body]
    def of_a_checker(decision: bonin.Decision) -> "Nowhere": ...  # type: ignore[name-defined]  # noqa: F821

    class Object:
        async def __call__(self, decision: bonin.Decision) -> Welcome: ...  # type: ignore[empty-body]

    assert told(None) == "AllowedAnswer"
    assert told(welcome) == "Welcome" and told(Object()) == "Welcome"
    assert told(later) == "Welcome | AllowedAnswer" and told(sent_on) == "AllowedAnswer"
    assert told(counted) == "Record<string, number>"
    for function in (nothing_known, no_model, of_a_checker, lambda decision: Response()):
        assert told(function) == "unknown", "without an annotation, or of a class that is no model"


def test_what_on_again_answers_is_told_where_somebody_may_come_again(registry: bonin.Registry) -> None:
    policy = bonin.Policy({"name": "sign-up", "rules": [{"account": "new"}]})
    v2 = bonin.Verifier(offline()[0].portone, policy, registry=registry)

    def welcome(decision: bonin.Decision) -> Welcome: ...  # type: ignore[empty-body]

    told = operations(app_of(v2, on_allowed=welcome))[""]["responses"]["200"]
    assert Client({}).type_of(told["content"][JSON]["schema"]) == "Welcome | AllowedAnswer"


# ---- the models are what is sent ------------------------------------------------------------------------------------


def fields(model: Any) -> Dict[str, Any]:
    found: Dict[str, Any] = model.model_fields
    return found


def dumped(model: BaseModel) -> Any:
    return json.loads(model.model_dump_json(exclude_unset=True))


V2_OPTIONS: Any = {
    "redirect_url": "https://shop.example/r", "customer": {"fullName": "김하나", "phoneNumber": "01000000000"},
    "window_type": {"pc": "POPUP", "mobile": "REDIRECTION"}, "force_redirect": True, "custom_data": "x",
    "bypass": {"danal": {"CPTITLE": "Shop"}, "kcpV2": {"web_siteid": "1"}}, "popup": {"center": True},
    "iframe": {"dim": True},
}  # fmt: skip
V1_OPTIONS: Any = {
    "redirect_url": "https://shop.example/r", "pg": "danal", "popup": False, "name": "김하나", "phone": "01000000000",
    "carrier": "SKT", "min_age": 19, "company": "Shop",
}  # fmt: skip


@pytest.mark.parametrize(("model", "options"), [(bf.BeginAnswerV2, V2_OPTIONS), (bf.BeginAnswerV1, V1_OPTIONS)])
def test_the_answer_to_begin_is_whole(model: Any, options: Any) -> None:
    verifier = offline()[model is bf.BeginAnswerV1]
    request = verifier.begin("kim", **web.CHANNEL, **options).request
    assert set(request) == set(fields(model)), "every option is told, and nothing else"
    assert dumped(model(**request)) == request
    least = verifier.begin("kim", **web.CHANNEL).request
    assert dumped(model(**least)) == least


def test_answers_and_refusals_are_whole(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    browser = FastapiBrowser(app_of(verifier))
    refused = browser.post("/identity-verifications", {"identityVerificationId": browser.verified(sandbox, "minor")})
    answer = bf.RefusedAnswer(**refused.json())
    assert dumped(answer) == refused.json() and answer.findings[0].reason == "too_young"
    assert (
        set(fields(bf.RefusedAnswer)) == set(refused.json()) == set(bonin.web.Refusal(403, "denied", "", "").to_dict())
    )
    assert set(get_args(RefusalCode)) == set(_native.web_refusals())
    allowed = browser.post("/identity-verifications", {"identityVerificationId": browser.verified(sandbox)})
    assert bf.AllowedAnswer(**allowed.json()).allowed is True


def test_codes_are_sent_and_answered_as_the_models_say(sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
    browser = FastapiBrowser(app_of(bonin.Verifier(v2, POLICY), otp=True))
    who = bf.SendBody(name="김보닌", phone="01000000001", identityNumber="9003152", carrier="SKT")
    sent = browser.post("/identity-verifications/send", dumped(who))
    assert sent.status == 200, sent.text
    answer = bf.SentAnswer(**sent.json())
    assert set(sent.json()) == set(fields(bf.SentAnswer))
    again = browser.post("/identity-verifications/resend", dumped(bf.SendAgainBody(id=answer.id)))
    assert bf.SentAgainAnswer(**again.json()).sent is True
    body = bf.ConfirmBody(id=answer.id, otp=sandbox.otp(answer.id))
    confirmed = browser.post("/identity-verifications/confirm", dumped(body))
    assert confirmed.json() == {"allowed": True}, confirmed.text


# ---- the dependency -------------------------------------------------------------------------------------------------


class SignUp(bf.FinishBodyV2):
    nickname: str


@pytest.fixture
def own(verifier: bonin.Verifier) -> FastAPI:
    """A route of one's own, as the guide shows it."""
    app = FastAPI()

    @app.post("/sign-up", responses=bf.RESPONSES, response_model=Welcome)
    def sign_up(body: SignUp, identity: Annotated[bonin.Decision, Depends(require_identity(verifier))]) -> Any:
        assert identity.allowed
        return {"nickname": body.nickname}

    return app


def test_a_route_of_ones_own_tells_what_it_needs(
    own: FastAPI, sandbox: bonin.Sandbox, verifier: bonin.Verifier
) -> None:
    pytest.importorskip("openapi_spec_validator").validate(own.openapi())
    operation = own.openapi()["paths"]["/sign-up"]["post"]
    assert {"200", "400", "403", "413", "415", "500", "503"} <= set(operation["responses"])
    body = own.openapi()["components"]["schemas"]["SignUp"]
    assert {"identityVerificationId", "code", "nickname"} <= set(body["properties"]) and body["required"] == [
        "nickname"
    ]
    own.include_router(identity_router(verifier, **web.CHANNEL))
    browser = FastapiBrowser(own)
    fields = {"identityVerificationId": browser.verified(sandbox), "transactionType": "X", "nickname": "gildong"}
    assert browser.post("/sign-up", fields).json() == {"nickname": "gildong"}
    refused = browser.post("/sign-up", {"nickname": "gildong"})
    assert bf.RefusedAnswer(**refused.json()).code == "invalid_id" and refused.status == 400


def test_a_test_overrides_the_dependency(
    own: FastAPI, sandbox: bonin.Sandbox, verifier: bonin.Verifier, verifiers: Dict[str, bonin.Verifier]
) -> None:
    """One that is made again with the same arguments is the same to FastAPI."""
    decision = verifier.verify(sandbox.verify("adult"))
    own.dependency_overrides[require_identity(verifier)] = lambda: decision
    assert FastapiBrowser(own).post("/sign-up", {"nickname": "gildong"}).json() == {"nickname": "gildong"}
    own.dependency_overrides.clear()
    assert FastapiBrowser(own).post("/sign-up", {"nickname": "gildong"}).status == 400

    def subject(request: Any) -> str:
        return "kim"

    one = require_identity(verifier, subject=subject, cookie={"same_site": "None", "partitioned": True})
    assert one == require_identity(verifier, subject=subject, cookie={"partitioned": True, "same_site": "None"})
    others = [
        require_identity(verifiers["v1"]),
        require_identity(verifier, begun=False),
        require_identity(verifier, subject=subject),
        require_identity(verifier, retry_url="/x"),
        require_identity(verifier, cookie={"same_site": "Strict"}),
        require_identity(verifier),
    ]
    assert len({*others, one}) == len(others) + 1


def test_two_equal_dependencies_verify_once(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    app = app_of(verifier)
    guards = [Depends(require_identity(verifier)) for _ in range(2)]
    app.post("/x", dependencies=guards)(lambda: "welcome")
    browser = FastapiBrowser(app)
    fields = {"identityVerificationId": browser.verified(sandbox)}
    sandbox.clear_requests()
    assert browser.post("/x", fields).json() == "welcome"
    assert sandbox.requests["total"] == 1


def test_a_form_can_be_tried_out(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """By each type that the schema tells."""
    app = app_of(verifier)
    content = operations(app)[""]["requestBody"]["content"]
    assert set(content) == {JSON, FORM}
    browser = FastapiBrowser(app)
    id = browser.verified(sandbox)
    for kind, body in ((JSON, json.dumps({"identityVerificationId": id})), (FORM, f"identityVerificationId={id}")):
        assert browser.send("POST", "/identity-verifications", body.encode(), kind).status == 200


if __name__ == "__main__":
    sys.stdout.write("\n".join(snapshot()) + "\n")
