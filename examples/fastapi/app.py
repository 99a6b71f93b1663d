"""A shop's sign-up with bonin and FastAPI: python examples/fastapi/app.py"""

import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable, Dict

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

import bonin
from bonin.fastapi import Refusal, identity_router

sys.path.append(str(Path(__file__).resolve().parents[1] / "shop"))
from settings import read_settings
from shop import PAGE, Shop, Visit

shop = Shop(read_settings())
app = FastAPI(openapi_url=None)


@app.middleware("http")
async def keep_visit(request: Request, answer: Callable[[Request], Any]) -> Any:
    request.state.visit, is_new = shop.visit(request.cookies.get("visit"))
    response = await answer(request)
    if is_new:
        secure = request.url.scheme == "https"
        response.set_cookie("visit", request.state.visit.id, httponly=True, samesite="lax", secure=secure)
        response.headers["Cache-Control"] = "no-store"  # nobody else's cookie, out of a cache
    return response


# ---- what bonin does -------------------------------------------------------------------------------------------------


def tell(request: Request, home: str, answer: Dict[str, Any]) -> Any:
    """A script gets the answer; a browser that was redirected goes back to the page, which asks /state."""
    if request.method == "POST":
        return answer
    request.state.visit.flash = answer
    return RedirectResponse(home, 303)


def mount(name: str, home: str, allowed: Callable[[Visit, bonin.Decision], Dict[str, Any]]) -> None:
    def on_allowed(decision: bonin.Decision, request: Request) -> Any:
        return tell(request, home, {"allowed": True, **allowed(request.state.visit, decision)})

    def on_denied(refusal: Refusal, request: Request) -> Any:
        return tell(request, home, {**refusal.to_dict(), "again": f"{request.url.path}?{request.url.query}"})

    for verifier in shop.verifiers(name):
        app.include_router(
            identity_router(
                verifier,
                channel_key=shop.settings.channel_key,
                subject=lambda request: request.state.visit.id,
                on_allowed=on_allowed,
                on_denied=on_denied,
                prefix=f"/{name}",
            )
        )


def sign_up(visit: Visit, decision: bonin.Decision) -> Dict[str, Any]:
    visit.reservation = decision.reservation  # this person's place, for ten minutes
    return {}


def recover(visit: Visit, decision: bonin.Decision) -> Dict[str, Any]:
    return shop.find_login_id(decision.verification)


mount("sign-up", "/", sign_up)
mount("recover", "/#recover", recover)

# ---- the shop's own --------------------------------------------------------------------------------------------------


@app.post("/account")
def open_account(request: Request, body: Dict[str, Any]) -> JSONResponse:
    answer, status = shop.open_account(request.state.visit, body)
    return JSONResponse(answer, status)


@app.post("/leave")
def leave(request: Request) -> Dict[str, Any]:
    return shop.leave(request.state.visit)


@app.get("/state")
def state(request: Request, response: Response) -> Dict[str, Any]:
    response.headers["Cache-Control"] = "no-store"
    return shop.state(request.state.visit)


@app.get("/bonin.js")
def script() -> FileResponse:
    return FileResponse(bonin.browser_script())


app.mount("/", StaticFiles(directory=PAGE, html=True))

if __name__ == "__main__":
    listening = socket.create_server((os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))))
    print(f"http://127.0.0.1:{listening.getsockname()[1]} (Ctrl-C stops it)", flush=True)
    if shop.settings.sandbox:
        print(f"PortOne is a sandbox at {shop.settings.url}", flush=True)
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # as Ctrl-C: uvicorn answers requests under way, then raises it
    with suppress(KeyboardInterrupt):
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
    shop.close()
