"""bonin.django.rest: the permission of Django REST framework."""

import json
from typing import Any, Dict, List

import pytest

pytest.importorskip("rest_framework")

import djangos
import web
from django.core import checks
from django.test import override_settings
from django.urls import include, path
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import api_view, permission_classes, renderer_classes
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView
from web import FORM, JSON

import bonin
import bonin.django
from bonin.django.rest import IdentityRefused, identity_permission

FINISH = "/identity-verifications"


class Script(web.DjangoBrowser):
    """Says that it takes JSON: the framework answers 406 to an empty Accept."""

    def send(self, *args: Any, **options: Any) -> web.Reply:
        return super().send(*args, **{"Accept": JSON, **options})


class Nobody(BaseAuthentication):
    """Whoever fails a permission without being signed in would get 401 from this one."""

    def authenticate(self, request: Any) -> Any:
        return None

    def authenticate_header(self, request: Any) -> str:
        return "Basic"


class Reads(Nobody):
    def authenticate(self, request: Any) -> Any:
        assert request.data is not None
        return None


class Shop(APIView):
    authentication_classes = [Nobody]
    renderer_classes = [JSONRenderer]

    def answer(self, request: Any) -> Any:
        assert request.identity.allowed and not request.user.is_authenticated
        return Response({"nickname": request.data.get("nickname")})

    get = post = answer


def opened(*permissions: Any, verifier: bonin.Verifier, **attributes: Any) -> Any:
    view = type("Own", (Shop,), {"permission_classes": list(permissions), **attributes}).as_view()  # type: ignore[attr-defined]
    routes = include(bonin.django.urls(verifier, **web.CHANNEL))
    return Script(djangos.App([path("", routes), path("sign-up", view)]))


@pytest.mark.parametrize("authentication", [Nobody, Reads], ids=["unparsed", "parsed"])
def test_the_permission(authentication: Any, sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    classes = [authentication]
    browser = opened(identity_permission(verifier), verifier=verifier, authentication_classes=classes)
    fields = {"identityVerificationId": browser.verified(sandbox), "nickname": "gildong"}
    reply = browser.post("/sign-up", fields)
    assert (reply.status, reply.json()) == (200, {"nickname": "gildong"})
    assert reply.headers["Cache-Control"] == "no-store" and reply.headers["X-Content-Type-Options"] == "nosniff"
    form = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    assert browser.send("POST", "/sign-up", form, FORM).json() == {"nickname": "gildong"}
    id = fields["identityVerificationId"]
    assert browser.get(f"/sign-up?identityVerificationId={id}").status == 200
    twice = f"identityVerificationId={id}&identityVerificationId={id}".encode()
    assert browser.send("POST", "/sign-up", twice, FORM).json()["code"] == "invalid_id"


def test_it_refuses(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """With the refusal's status and body, whoever is signed in or not."""
    browser = opened(identity_permission(verifier), verifier=verifier)
    minor = browser.post("/sign-up", {"identityVerificationId": browser.verified(sandbox, "minor")})
    assert (minor.status, minor.json()["code"], minor.json()["allowed"]) == (403, "denied", False)
    assert minor.json()["findings"][0]["reason"] == "too_young" and minor.headers["Cache-Control"] == "no-store"
    assert "WWW-Authenticate" not in minor.headers
    own = browser.post(FINISH, {"identityVerificationId": browser.verified(sandbox, "minor")})
    assert own.json() == minor.json(), "as the routes do"
    adult = {"identityVerificationId": browser.verified(sandbox)}
    stranger = Script(browser.app).post("/sign-up", adult)
    assert stranger.json()["findings"][0]["code"] == "begun" and len(stranger.json()["findings"]) == 1
    assert browser.get("/sign-up").json()["code"] == "invalid_id"
    sandbox.fault("status", status=503, headers={"Retry-After": "1"}, times=100)
    outage = browser.post("/sign-up", adult)
    assert outage.status == 503 and int(outage.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("type", "body", "code"),
    [
        (JSON, b'{"identityVerificationId": ["a"]}', "invalid_id"), (JSON, b"[1]", "invalid_body"),
        (JSON, b"[" * 17_000, "body_too_large"), (JSON, b"{", "invalid_body"), (FORM, b"a=b", "invalid_id"),
        ("multipart/form-data; boundary=x", b"--x--", "unsupported_body"), (None, b"", "unsupported_body"),
    ],
)  # fmt: skip
def test_hostile_bodies(type: Any, body: bytes, code: str, verifier: bonin.Verifier) -> None:
    browser = opened(identity_permission(verifier), verifier=verifier)
    assert browser.send("POST", "/sign-up", body, type).json()["code"] == code


def test_a_body_that_the_application_used_up(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    class UsesUp(Nobody):
        def authenticate(self, request: Any) -> Any:
            request._request.read()
            return None

    browser = opened(identity_permission(verifier), verifier=verifier, authentication_classes=[UsesUp])
    fields = {"identityVerificationId": browser.verified(sandbox)}
    assert browser.post("/sign-up", fields).json()["code"] == "invalid_body"


def test_one_request_is_judged_once(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    """However often its permissions are asked; another permission judges for itself."""
    permission = identity_permission(verifier)
    browser = opened(permission, permission & permission, verifier=verifier)
    fields = {"identityVerificationId": browser.verified(sandbox)}
    sandbox.clear_requests()
    assert browser.post("/sign-up", fields).status == 200
    assert sandbox.requests["total"] == 1
    browser = opened(permission, identity_permission(verifier), verifier=verifier)
    fields = {"identityVerificationId": browser.verified(sandbox)}
    sandbox.clear_requests()
    assert browser.post("/sign-up", fields).status == 200
    assert sandbox.requests["total"] == 2


def test_an_outage_is_told_once(
    sandbox: bonin.Sandbox, verifier: bonin.Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    """However often the permissions are asked: for each form of a browsable page once more."""
    view = {"renderer_classes": [BrowsableAPIRenderer], "put": Shop.answer, "delete": Shop.answer}
    browser = opened(identity_permission(verifier), verifier=verifier, **view)
    id = browser.verified(sandbox)
    sandbox.fault("reset", times=100)
    templates = {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
    apps = [*djangos.SETTINGS["INSTALLED_APPS"], "rest_framework"]
    with override_settings(INSTALLED_APPS=apps, TEMPLATES=[templates]):
        reply = browser.get(f"/sign-up?identityVerificationId={id}", Accept="text/html")
    assert reply.status == 503 and reply.text.lstrip().startswith("<!DOCTYPE html>")
    (told,) = [record for record in caplog.records if record.name == "bonin"]
    assert told.levelname == "WARNING" and "ConnectionFailed: " in told.getMessage() and id not in told.getMessage()


def test_the_functions_get_the_frameworks_request(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    heard: List[Any] = []

    def subject(request: Any) -> str:
        heard.append(request.user.is_authenticated)
        return str(request.data["user"])

    permission = identity_permission(verifier, subject=subject, expect=lambda request: {"name": "Kim"}, begun=False)
    browser = opened(permission, verifier=verifier)
    for name, status in (("Kim", 200), ("Lee", 403)):
        id = sandbox.verify({"name": name, "birth_date": "1990-05-17"})
        assert browser.post("/sign-up", {"identityVerificationId": id, "user": "kim"}).status == status
    assert heard == [False, False]


def test_an_application_that_answers_for_itself(verifier: bonin.Verifier) -> None:
    def handler(error: Any, context: Any) -> Any:
        assert isinstance(error, IdentityRefused) and str(error) == "invalid_id"
        return Response({"own": error.refusal.code}, status=error.status_code)

    browser = opened(identity_permission(verifier), verifier=verifier, get_exception_handler=lambda self: handler)
    assert browser.get("/sign-up").json() == {"own": "invalid_id"}
    with pytest.raises(bonin.InvalidArgument, match="EXCEPTION_HANDLER"):
        identity_permission(verifier, on_denied=lambda request, refusal: None)
    with pytest.raises(TypeError, match=r"^identity_permission\(\) got an .* `sbject`; did you mean `subject`"):
        identity_permission(verifier, sbject=None)  # type: ignore[call-arg]


def test_a_mistake_in_the_settings_is_a_finding(caplog: pytest.LogCaptureFixture) -> None:
    """The class of a view is made while its module is imported: that raises nothing."""
    with override_settings(BONIN={"api_secrt": "x"}):
        permission = identity_permission()
        view = type("Own", (Shop,), {"permission_classes": [permission]}).as_view()  # type: ignore[attr-defined]
        app = djangos.App([path("sign-up", view)])
        assert Script(app).get("/sign-up").status == 500
        assert "BONIN has an unknown key `api_secrt`; did you mean `api_secret`" in caplog.text
    with override_settings(ROOT_URLCONF=app):
        (found,) = checks.run_checks(tags=["bonin"])
    assert found.id == "bonin.E001" and "did you mean `api_secret`" in found.msg


def test_views_that_are_functions(sandbox: bonin.Sandbox, verifier: bonin.Verifier) -> None:
    @api_view(["POST"])
    @renderer_classes([JSONRenderer])
    @permission_classes([identity_permission(verifier)])
    def sign_up(request: Any) -> Any:
        return Response({"nickname": request.data["nickname"], "allowed": request.identity.allowed})

    routes = include(bonin.django.urls(verifier, **web.CHANNEL))
    browser = Script(djangos.App([path("", routes), path("sign-up", sign_up)]))
    fields = {"identityVerificationId": browser.verified(sandbox), "nickname": "gildong"}
    assert browser.post("/sign-up", fields).json() == {"nickname": "gildong", "allowed": True}
    assert browser.post("/sign-up", {}).json()["code"] == "invalid_id"


def test_the_verifier_of_the_settings(sandbox: bonin.Sandbox) -> None:
    said: Dict[str, Any] = {
        "api_secret": sandbox.api_secret,
        "base_url": sandbox.v2_url,
        "policy": "kr.youth_protection",
        "begun": False,
        "on_denied": f"{__name__}.test_it_refuses",  # of views
    }
    with override_settings(BONIN=said):
        permission = identity_permission()
        assert issubclass(permission, BasePermission)
        view = type("Own", (Shop,), {"permission_classes": [permission]}).as_view()  # type: ignore[attr-defined]
        browser = Script(djangos.App([path("sign-up", view)]))
        fields = {"identityVerificationId": sandbox.verify("adult"), "nickname": "a"}
        assert json.loads(browser.post("/sign-up", fields).text) == {"nickname": "a"}
