"""The script for pages, which this package carries."""

import pathlib


def browser_script() -> pathlib.Path:
    """The file of bonin's browser helper, to be served to pages: a script tag of it sets `window.bonin`.

    Flask: `send_file(bonin.browser_script())`. FastAPI: `FileResponse(bonin.browser_script())`.
    """
    return pathlib.Path(__file__).with_name("browser.js")
