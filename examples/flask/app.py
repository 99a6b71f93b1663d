"""A shop's sign-up with bonin and Flask: python examples/flask/app.py"""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any, Callable, Dict

from flask import Flask, Response, g, redirect, request, send_file
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import ThreadedWSGIServer

import bonin
from bonin.flask import Refusal, identity_blueprint

sys.path.append(str(Path(__file__).resolve().parents[1] / "shop"))
from settings import read_settings
from shop import PAGE, Shop

shop = Shop(read_settings())
app = Flask(__name__, static_folder=str(PAGE), static_url_path="")
# The one with https before it: the cookie is Secure then.
app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
app.config["MAX_CONTENT_LENGTH"] = 16 * 1024


@app.before_request
def find_visit() -> None:
    g.visit, g.is_new = shop.visit(request.cookies.get("visit"))


@app.after_request
def keep_visit(response: Response) -> Response:
    if g.is_new:
        response.set_cookie("visit", g.visit.id, httponly=True, samesite="Lax", secure=request.is_secure)
        response.headers["Cache-Control"] = "no-store"  # nobody else's cookie, out of a cache
    return response


# ---- what bonin does -------------------------------------------------------------------------------------------------


def tell(home: str, answer: Dict[str, Any]) -> Any:
    """A script gets the answer; a browser that was redirected goes back to the page, which asks /state."""
    if request.method == "POST":
        return answer
    g.visit.flash = answer
    return redirect(home, 303)


def mount(name: str, home: str, allowed: Callable[[bonin.Decision], Dict[str, Any]]) -> None:
    def on_allowed(decision: bonin.Decision) -> Any:
        return tell(home, {"allowed": True, **allowed(decision)})

    def on_denied(refusal: Refusal) -> Any:
        return tell(home, {**refusal.to_dict(), "again": request.full_path})

    for verifier in shop.verifiers(name):
        app.register_blueprint(
            identity_blueprint(
                verifier,
                channel_key=shop.settings.channel_key,
                subject=lambda request: g.visit.id,
                on_allowed=on_allowed,
                on_denied=on_denied,
                blueprint_name=f"{name}-{verifier.portone.api}",
                url_prefix=f"/{name}",
            )
        )


def sign_up(decision: bonin.Decision) -> Dict[str, Any]:
    g.visit.reservation = decision.reservation  # this person's place, for ten minutes
    return {}


def recover(decision: bonin.Decision) -> Dict[str, Any]:
    return shop.find_login_id(decision.verification)


mount("sign-up", "/", sign_up)
mount("recover", "/#recover", recover)

# ---- the shop's own --------------------------------------------------------------------------------------------------


@app.post("/account")
def open_account() -> Any:
    return shop.open_account(g.visit, request.get_json(silent=True))


@app.post("/leave")
def leave() -> Any:
    return shop.leave(g.visit)


@app.get("/state")
def state() -> Any:
    return shop.state(g.visit), {"Cache-Control": "no-store"}


@app.get("/")
def page() -> Response:
    return app.send_static_file("index.html")


@app.get("/bonin.js")
def script() -> Response:
    return send_file(bonin.browser_script())


if __name__ == "__main__":
    server = ThreadedWSGIServer(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000")), app)
    server.daemon_threads = False  # requests under way are answered first

    def stop(*_: object) -> None:
        threading.Thread(target=server.shutdown).start()  # it waits for serve_forever, which runs in this one

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    print(f"http://127.0.0.1:{server.port} (Ctrl-C stops it)", flush=True)
    if shop.settings.sandbox:
        print(f"PortOne is a sandbox at {shop.settings.url}", flush=True)
    server.serve_forever()
    shop.close()
