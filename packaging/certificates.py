"""An authority and a certificate for localhost, for the rooms' TLS servers."""

import pathlib
import shutil
import subprocess

from targets import BUILD


def folder() -> pathlib.Path:
    place = BUILD / "certificates"
    if not (place / "cert.pem").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        (place / "names.cnf").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n", encoding="utf-8")
        for command in (
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj /CN=bonin-room",
            "req -newkey rsa:2048 -nodes -keyout key.pem -out asked.pem -subj /CN=localhost",
            "x509 -req -in asked.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -out cert.pem -extfile names.cnf",
        ):
            subprocess.run(["openssl", *command.split()], cwd=place, check=True, stderr=subprocess.DEVNULL)
    return place
