"""The interpreter ends while something is under way: no hang, no crash."""

import pytest
from conftest import Observe, environment, python

import bonin

START = """
import asyncio, bonin, os, sys, threading, time
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"], timeout_ms=50000)
def wait():
    try:
        v2.lookup("iv-1")
    except bonin.Closed:
        pass
def arrived(n=1):
    while control.requests["total"] < n: time.sleep(0.005)
"""
ENDINGS = {
    "idle client": "v2.lookup(sandbox_id)",
    "never used": "pass",
    "daemon thread waits": "stall(); threading.Thread(target=wait, daemon=True).start(); arrived()",
    "many daemon threads wait": "stall()\nfor _ in range(20): threading.Thread(target=wait, daemon=True).start()\narrived(20)",
    "sys.exit while one waits": "stall(); threading.Thread(target=wait, daemon=True).start(); arrived(); sys.exit(0)",
    "a loop is left in mid-call": """
stall()
async def main():
    asyncio.ensure_future(v2.alookup("iv-1")).add_done_callback(lambda f: f.cancelled() or f.exception())
    await asyncio.sleep(0.05)
asyncio.run(main())
""",
    "a loop is never closed": """
stall()
loop = asyncio.new_event_loop()
task = loop.create_task(v2.alookup("iv-1"))
task._log_destroy_pending = False
loop.run_until_complete(asyncio.sleep(0.05))
""",
    "a sandbox is left running": "kept = bonin.Sandbox(); kept.verify()",
    "a loop in a daemon thread": """
stall()
async def main(): await asyncio.gather(*(v2.alookup("iv-1") for _ in range(20)), return_exceptions=True)
threading.Thread(target=lambda: asyncio.run(main()), daemon=True).start()
arrived(20)
""",
    "tasks of loops in daemon threads go on": """
there = threading.Semaphore(0)
async def main():
    await v2.alookup(sandbox_id)
    there.release()
    while True: time.sleep(0.0001)
for _ in range(24): threading.Thread(target=lambda: asyncio.run(main()), daemon=True).start()
for _ in range(24): there.acquire()
""",
    "an executor's thread waits": """
from concurrent.futures import ThreadPoolExecutor
stall()
pool = ThreadPoolExecutor(1)
pool.submit(wait)
arrived()
threading.Timer(0.1, v2.close).start()
""",
    "forked while one waits": """
stall(); threading.Thread(target=wait, daemon=True).start(); arrived()
import warnings; warnings.simplefilter("ignore", DeprecationWarning)
pid = os.fork()
if pid: assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
""",
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
def test_exit(ending: str, sandbox: bonin.Sandbox, observed: Observe) -> None:
    # The script stalls its own calls by way of the sandbox's HTTP control.
    helpers = f"""
import json, urllib.request
def post(operation, **arguments):
    request = urllib.request.Request("{sandbox.url}/sandbox/" + operation, json.dumps(arguments).encode())
    return json.load(urllib.request.urlopen(request))
def stall(): post("fault", kind="delay", delay_ms=60000, times=100, match={{"path": "/identity-verifications*"}})
class control:
    class Requests:
        def __get__(self, *_): return {{"total": post("requests")["by_route"].get("GET /identity-verifications/{{id}}", 0)}}
    requests = Requests()
control = control()
sandbox_id = "{sandbox.verify("adult")}"
"""
    done = python(["-X", "dev", "-c", START + helpers + ending], environment(sandbox))
    assert done.returncode == 0, done.stderr
    assert "Fatal" not in done.stderr and "Traceback" not in done.stderr, done.stderr
    observed(44, "Python: the process ends with its own exit code, in silence")


ANSWERS = """
import asyncio, bonin, os, sys, threading, time
v2 = bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"])
answered = threading.Event()
def ask():
    while True:
        v2.lookup(os.environ["ID"])
        answered.set()
async def one():
    while True: await v2.alookup(os.environ["ID"])
async def many(): await asyncio.gather(*(one() for _ in range(8)))
for work in [ask, ask, ask, lambda: asyncio.run(many())]:
    threading.Thread(target=work, daemon=True).start()
answered.wait()
"""


@pytest.mark.parametrize("ending", ["", "sys.exit(0)", "os._exit(0)", "v2.close()"])
def test_exit_while_answers_arrive(ending: str, sandbox: bonin.Sandbox) -> None:
    env = {**environment(sandbox), "ID": sandbox.verify("adult")}
    for _ in range(5):
        done = python(["-c", ANSWERS + ending], env)
        assert done.returncode == 0, done.stderr
        assert "Fatal" not in done.stderr, done.stderr
