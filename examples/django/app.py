"""A shop's sign-up with bonin and Django: python examples/django/app.py"""

import json
import mimetypes
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import django
import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.views.decorators.http import require_GET, require_POST

import bonin.django

sys.path.append(str(Path(__file__).resolve().parents[1] / "shop"))
from settings import read_settings
from shop import PAGE, Shop

shop = Shop(read_settings())
PORTONE = " ".join({script.rpartition("/")[0].rpartition("/")[0] for script in shop.settings.scripts.values()})

settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],  # a shop names its own
    INSTALLED_APPS=["bonin.django"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        f"{__name__}.content_security_policy",
        f"{__name__}.keep_visit",
    ],
    # The page and PortOne's popup talk to each other: Django's default, same-origin, would part them.
    SECURE_CROSS_ORIGIN_OPENER_POLICY="same-origin-allow-popups",
    # The one with https before it: the cookie is Secure then.
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    DATA_UPLOAD_MAX_MEMORY_SIZE=16 * 1024,
)
django.setup()


def content_security_policy(get_response):
    def middleware(request):
        response = get_response(request)
        response.headers["Content-Security-Policy"] = (
            f"default-src 'self'; script-src 'self' {PORTONE}; connect-src 'self' {PORTONE} https:; frame-src {PORTONE} https:; "
            "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
        )
        return response

    return middleware


def keep_visit(get_response):
    def middleware(request):
        request.visit, is_new = shop.visit(request.COOKIES.get("visit"))
        response = get_response(request)
        if is_new:
            response.set_cookie("visit", request.visit.id, httponly=True, samesite="Lax", secure=request.is_secure())
            response.headers["Cache-Control"] = "no-store"  # nobody else's cookie, out of a cache
        return response

    return middleware


# ---- what bonin does -------------------------------------------------------------------------------------------------


def tell(request, home, answer):
    """A script gets the answer; a browser that was redirected goes back to the page, which asks /state."""
    if request.method == "POST":
        return answer
    request.visit.flash = answer
    return redirect(home)


def mount(name, home, allowed):
    def on_allowed(request, decision):
        return tell(request, home, {"allowed": True, **allowed(request, decision)})

    def on_denied(request, refusal):
        return tell(request, home, {**refusal.to_dict(), "again": request.get_full_path()})

    for verifier in shop.verifiers(name):
        routes = bonin.django.urls(
            verifier,
            channel_key=shop.settings.channel_key,
            subject=lambda request: request.visit.id,
            on_allowed=on_allowed,
            on_denied=on_denied,
            asynchronous=True,
        )
        yield path(f"{name}/", include(routes, namespace=f"{name}-{verifier.portone.api}"))


def sign_up(request, decision):
    request.visit.reservation = decision.reservation  # this person's place, for ten minutes
    return {}


def recover(request, decision):
    return shop.find_login_id(decision.verification)


# ---- the shop's own --------------------------------------------------------------------------------------------------


@require_POST
def open_account(request):
    # JSON, which no form of another site can send: so there is no token of CSRF.
    body = None
    if request.content_type == "application/json":
        with suppress(ValueError):
            body = json.loads(request.body)
    answer, status = shop.open_account(request.visit, body)
    return JsonResponse(answer, status=status)


@require_POST
def leave(request):
    return JsonResponse(shop.leave(request.visit))


@require_GET
def state(request):
    return JsonResponse(shop.state(request.visit), headers={"Cache-Control": "no-store"})


@require_GET
def page(request, name="index.html"):
    file = bonin.browser_script() if name == "bonin.js" else PAGE / name
    if not file.is_file():
        raise Http404
    return HttpResponse(file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0])


urlpatterns = [
    *mount("sign-up", "/", sign_up),
    *mount("recover", "/#recover", recover),
    path("account", open_account),
    path("leave", leave),
    path("state", state),
    path("", page),
    path("<name>", page),
]
application = get_asgi_application()

if __name__ == "__main__":
    listening = socket.create_server((os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))))
    print(f"http://127.0.0.1:{listening.getsockname()[1]} (Ctrl-C stops it)", flush=True)
    if shop.settings.sandbox:
        print(f"PortOne is a sandbox at {shop.settings.url}", flush=True)
    # As Ctrl-C: uvicorn answers requests under way, then raises it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(uvicorn.Config(application, log_level="warning", lifespan="off")).run(sockets=[listening])
    shop.close()
