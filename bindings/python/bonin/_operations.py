"""What FastAPI's OpenAPI tells of each route."""

from __future__ import annotations

import inspect
import re
import types
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Union, get_args, get_origin, get_type_hints

from pydantic import create_model
from starlette.responses import Response

from . import Verifier, _models, _refusal, _web
from .types import Api, RefusalCode

Responses = Dict[Union[int, str], Dict[str, Any]]

#: Statuses below are about what a function of the application answers, where a route calls one.
_FIRST_REFUSAL = 400

_BODY: List[RefusalCode] = ["invalid_body", "unsupported_body", "body_too_large"]
_ANY: List[RefusalCode] = ["unavailable", "internal"]
_JUDGED: List[RefusalCode] = ["denied", "needs_guardian", "invalid_id", "not_found"]
_CODES: List[RefusalCode] = ["invalid_person", "provider_refused", "too_often"]


class Operation(NamedTuple):
    """name: of a client's method, with `{}` for what is verified. answer: None: what the application answers."""

    name: str
    summary: str
    refusals: List[RefusalCode]
    answer: Any = None
    body: Any = None
    query: Any = None


def _operations(api: Api) -> Dict[str, Operation]:
    v1 = api == "v1"
    finish = _models.FinishBodyV1 if v1 else _models.FinishBodyV2
    begun = _models.BeginAnswerV1 if v1 else _models.BeginAnswerV2
    again: List[RefusalCode] = [
        "denied",
        "invalid_id",
        "not_found",
        "cross_site",
        *_BODY,
        "provider_refused",
        "too_often",
        *_ANY,
    ]
    return {
        "begin": Operation(
            "begin_{}",
            "Begin an identity verification: what PortOne's script takes",
            ["invalid_id", "cross_site", "internal"],
            begun,
            query={"guardianOf": {"type": "string"}},
        ),
        "finish": Operation(
            "finish_{}",
            "Finish an identity verification: may this person pass?",
            [*_JUDGED, "not_finished", *_BODY, *_ANY],
            body=finish,
        ),
        "redirect": Operation(
            "finish_{}_by_redirect",
            "Finish an identity verification whose page was left for a redirect",
            [*_JUDGED, "not_finished", *_ANY],
            query=_models.schema_of(finish)["properties"],
        ),
        "send": Operation(
            "send_{}_code",
            "Send a code to a person",
            ["cross_site", *_BODY, *_CODES, *_ANY],
            _models.SentAnswer,
            _models.SendBody,
        ),
        "resend": Operation(
            "resend_{}_code",
            "Send the code again",
            again,
            _models.SentAgainAnswer,
            _models.SendAgainBody,
        ),
        "confirm": Operation(
            "confirm_{}_code",
            "Confirm a code: may this person pass?",
            [*_JUDGED, *_BODY, *_CODES, *_ANY],
            body=_models.ConfirmBody,
        ),
    }


def responses_of(refusals: List[RefusalCode], page: bool = False) -> Responses:
    """Of each status its refusals, in words."""
    responses: Responses = {}
    for code in refusals:
        refused = _refusal.refusal(code)
        told = responses.setdefault(refused.status, {"model": _models.RefusedAnswer, "description": ""})
        told["description"] = f"{told['description']} `{code}`: {refused.en}".strip()
        if code in ("unavailable", "too_often"):
            told["headers"] = {"Retry-After": {"description": "In seconds.", "schema": {"type": "integer"}}}
        if page:
            told["content"] = {"text/html": {"schema": {"type": "string"}}}
    return dict(sorted(responses.items(), key=lambda one: int(one[0])))


def described(verifier: Verifier, name: str, answer: Any, tokens: bool, theirs: Optional[Responses]) -> Dict[str, Any]:
    """The arguments of `add_api_route` that describe a route. answer: what the application answers to whom it lets through.

    tokens: the subject may come in a header. theirs: responses of the application's, which count more.
    """
    api = verifier.portone.api
    operation = _operations(api)[name]
    answered = {"description": "Allowed." if operation.answer is None else "Done."}
    model = answer if operation.answer is None else operation.answer
    responses: Responses = {200: answered if model is None else {**answered, "model": model}}
    responses.update(responses_of(operation.refusals, page=name == "redirect"))
    for status, more in (theirs or {}).items():
        if operation.answer is None or not _is_answer(status):
            responses[status] = {**responses.get(status, {}), **more}
    extra: Dict[str, Any] = {}
    parameters = [_parameter("query", field, schema) for field, schema in (operation.query or {}).items()]
    if tokens and name != "redirect":  # a redirect cannot carry one
        parameters.append(_parameter("header", _web.TOKEN, {"type": "string"}, "Of a client without cookies."))
        if name in ("begin", "send"):
            of_new = {"description": f"When the request says `{_web.TOKEN}: new`.", "schema": {"type": "string"}}
            responses[200] = {"headers": {_web.TOKEN: of_new}, **responses[200]}
    if parameters:
        extra["parameters"] = parameters
    if operation.body is not None:
        content = {"schema": _models.schema_of(operation.body)}
        extra["requestBody"] = {"required": True, "content": {"application/json": content, _web.FORM: content}}
    return {
        "summary": operation.summary,
        "responses": responses,
        "openapi_extra": extra,
        "generate_unique_id_function": lambda route: _id_of(api, operation, route.path_format),
    }


def _is_answer(status: Union[int, str]) -> bool:
    return str(status)[:1] in ("2", "3")


def _parameter(place: str, name: str, schema: Dict[str, Any], description: str = "") -> Dict[str, Any]:
    told = {"description": description} if description else {}
    return {"name": name, "in": place, "required": False, "schema": schema, **told}


def _id_of(api: Api, operation: Operation, path: str) -> str:
    """Of a client's method: begins with the prefix, which tells two routers of one API apart."""
    prefix = re.findall("[a-z0-9]+", path.lower().rpartition(_web.path(api))[0])
    return "_".join([*prefix, operation.name.format("certification" if api == "v1" else "identity_verification")])


def answer_of(function: Optional[Callable[..., Any]]) -> Any:
    """What a function of the application's answers, by its annotation; None: nothing is known. None in it: the default."""
    if function is None:
        return _models.AllowedAnswer
    plain = inspect.isfunction(function) or inspect.ismethod(function)
    try:
        told = get_type_hints(function if plain else type(function).__call__).get("return", Any)
    except Exception:  # names that are there for a checker alone
        return None
    unions = (Union, getattr(types, "UnionType", Union))
    parts = get_args(told) if get_origin(told) in unions else (told,)
    kept = [part for part in parts if not (inspect.isclass(part) and issubclass(part, Response))]
    return one_of([_models.AllowedAnswer if part is type(None) else part for part in kept])


def one_of(kinds: List[Any]) -> Any:
    """None, unless pydantic can tell of each."""
    if not kinds or Any in kinds or None in kinds:
        return None
    answer: Any = Union.__getitem__(tuple(kinds))
    try:
        create_model("Answer", answer=(answer, ...))
    except Exception:  # a class of the application's that pydantic knows nothing of
        return None
    return answer


#: Of a route that `require_identity` stands before: for its `responses`.
RESPONSES: Responses = responses_of([*_JUDGED, "not_finished", *_BODY, *_ANY])
