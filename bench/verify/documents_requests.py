"""The documents' code with requests: a token for each verification, nothing kept."""

import requests
from measure import SETTINGS, measure_threads

URL = SETTINGS["url"]


def verify() -> None:
    token = requests.post(
        f"{URL}/users/getToken", json={"imp_key": SETTINGS["impKey"], "imp_secret": SETTINGS["impSecret"]}
    ).json()["response"]["access_token"]
    certification = requests.get(f"{URL}/certifications/{SETTINGS['impUid']}", headers={"Authorization": token}).json()[
        "response"
    ]
    if int(certification["birthday"][:4]) > 2007:
        raise RuntimeError("denied")


measure_threads("documents requests (V1)", verify)
