"""The handlers of PortOne's documentation as a shop translates them for FastAPI, V1 and V2, to be compared with app.py.

README.md says what they get wrong: do not use them.
"""

import os
import socket
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import requests
import uvicorn
from fastapi import Body, FastAPI, HTTPException

sys.path.append(str(Path(__file__).resolve().parents[1] / "shop"))
from settings import read_settings  # noqa: E402

settings = read_settings()
V1 = settings.url or "https://api.iamport.kr"
V2 = settings.url or "https://api.portone.io"
app = FastAPI()


class Users:
    """A table of users without a unique index, one round trip away."""

    rows = []

    @classmethod
    def find_one(cls, unique_key):
        time.sleep(0.005)
        return next((row for row in cls.rows if row["unique_key"] == unique_key), None)

    @classmethod
    def create(cls, unique_key, login_id):
        time.sleep(0.005)
        cls.rows.append({"unique_key": unique_key, "login_id": login_id})


@app.post("/certifications")
def certifications(imp_uid: str = Body(), login_id: str = Body(default="")):
    token = requests.post(
        f"{V1}/users/getToken", json={"imp_key": settings.imp_key, "imp_secret": settings.imp_secret}
    ).json()
    access_token = token["response"]["access_token"]
    certification = requests.get(f"{V1}/certifications/{imp_uid}", headers={"Authorization": access_token}).json()["response"]

    # new Date(birth) counts in milliseconds
    if datetime.fromtimestamp(certification["birth"] / 1000).year <= 1999:
        user = Users.find_one(certification["unique_key"])
        if user:
            return {"found": user["login_id"]}
        Users.create(certification["unique_key"], login_id)
        return {"signedUp": True}
    raise HTTPException(403, "too young")


@app.post("/identity-verifications")
def identity_verifications(identityVerificationId: str = Body(), login_id: str = Body(default="")):
    verification = requests.get(
        f"{V2}/identity-verifications/{quote(identityVerificationId, safe='')}",
        headers={"Authorization": f"PortOne {settings.api_secret}"},
    ).json()
    if verification["status"] != "VERIFIED":
        raise HTTPException(400, "not verified")
    customer = verification["verifiedCustomer"]

    if datetime.fromisoformat(customer["birthDate"]).year <= 1999:
        user = Users.find_one(customer["ci"])
        if user:
            return {"found": user["login_id"]}
        Users.create(customer["ci"], login_id)
        return {"signedUp": True}
    raise HTTPException(403, "too young")


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", int(os.environ.get("PORT", "8000"))))
    print(f"http://127.0.0.1:{listening.getsockname()[1]} (Ctrl-C stops it)", flush=True)
    if settings.sandbox:
        print(f"PortOne is a sandbox at {settings.url}", flush=True)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
