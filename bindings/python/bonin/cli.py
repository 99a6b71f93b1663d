"""The command `bonin`. docs/cli.md is its contract; the texts are in _words.py."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import signal
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Literal, NoReturn, Optional, Sequence, TextIO, Tuple, Union

from . import _words as words
from ._demo import demo
from ._native import (
    Decision,
    Finding,
    Person,
    Policy,
    PortOneV1,
    PortOneV2,
    Registry,
    Verification,
    Verifier,
    run_policy_cases,
    runtime_versions,
    version,
    word_lists,
)
from .errors import BoninError
from .sandbox import Sandbox

if TYPE_CHECKING:
    from ._import import ImportConflict, ImportReport
    from .types import Expect

ALLOWED, DENIED, ERROR = 0, 1, 2

Client = Union[PortOneV1, PortOneV2]


# What moves a terminal's cursor, colours it or turns its text around: C0, DEL, C1, marks of direction, other line ends.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """One line; what PortOne or a file holds does nothing to a terminal. JSON stays the JSON that it was."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def say(text: str, file: Optional[TextIO] = None) -> None:
    """Lines that are ours, of words that may not be."""
    print("\n".join(map(printable, text.split("\n"))), file=file)


class Refused(Exception):
    """The command line or the environment is not as it must be."""


def client(api: Optional[str], id: str) -> Client:
    environment = os.environ
    has_v1 = bool(environment.get("BONIN_IMP_KEY") and environment.get("BONIN_IMP_SECRET"))
    has_v2 = bool(environment.get("BONIN_API_SECRET"))
    if api is None:
        if not has_v1 and not has_v2:
            raise Refused(words.NO_CREDENTIALS)
        api = "v1" if has_v1 and (not has_v2 or id.startswith("imp_")) else "v2"
    base_url = environment.get("BONIN_BASE_URL") or None
    if api == "v1":
        if not has_v1:
            raise Refused(words.NO_V1_CREDENTIALS)
        return PortOneV1(
            imp_key=environment["BONIN_IMP_KEY"], imp_secret=environment["BONIN_IMP_SECRET"], base_url=base_url
        )
    if not has_v2:
        raise Refused(words.NO_V2_CREDENTIALS)
    return PortOneV2(
        api_secret=environment["BONIN_API_SECRET"],
        store_id=environment.get("BONIN_STORE_ID") or None,
        base_url=base_url,
    )


def attestations(person: Person) -> Dict[str, str]:
    return {name: getattr(person, name).attestation for name in word_lists()["attribute"]}


def who(person: Person) -> str:
    """The names of the attributes that are there."""
    marks = {"attested": "", "self_declared_possible": "?"}
    return ", ".join(name + marks[by] for name, by in attestations(person).items() if by in marks)


def facts(v: Verification) -> Dict[str, Optional[str]]:
    return {
        "id": v.id,
        "api": v.api,
        "status": v.status,
        "provider": v.provider,
        "channel": v.channel.type,
        "merchant_uid": v.merchant_uid,
        "verified_at": v.verified_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if v.verified_at
        else None,
    }


def code(finding: Finding) -> str:
    return f"{finding.code} ({finding.reason})" if finding.reason else finding.code


def why(decision: Decision) -> str:
    """Three lines a finding that did not pass."""
    return "".join(f"  {code(f)}\n    {f.ko}\n    {f.en}\n" for f in decision.denials)


def lookup(options: argparse.Namespace) -> int:
    with client(options.api, options.id) as portone:
        v = portone.lookup(options.id, timeout_ms=options.timeout_ms)
    known = {name: value for name, value in facts(v).items() if value}
    if options.json:
        say(json.dumps({**known, "person": attestations(v.person)}, ensure_ascii=False))
    else:
        for name, value in {**known, "person": who(v.person)}.items():
            if value:
                say(f"{name:<14}{printable(value)}")
    return ALLOWED


def expectation(options: argparse.Namespace) -> Expect:
    expect: Expect = {}
    if options.merchant_uid is not None:
        expect["merchant_uid"] = options.merchant_uid
    if options.custom_data is not None:
        expect["custom_data"] = options.custom_data
    return expect


def verify(options: argparse.Namespace) -> int:
    if (options.policy is None) == (options.preset is None):
        raise Refused(words.ONE_POLICY)
    policy = Policy.load(options.policy) if options.policy is not None else Policy.preset(options.preset)
    with client(options.api, options.id) as portone:
        decision = Verifier(portone, policy).verify(
            options.id, expect=expectation(options), timeout_ms=options.timeout_ms
        )
    show(decision, as_json=options.json)
    return ALLOWED if decision.allowed else DENIED


def show(decision: Decision, *, as_json: bool) -> None:
    if as_json:
        say(decision.record())
        return
    print(words.ALLOWED if decision.allowed else words.DENIED)
    if not decision.allowed:
        say(why(decision).rstrip("\n"))


def policy_check(options: argparse.Namespace) -> int:
    policy = Policy.load(options.file)
    languages: Sequence[Literal["ko", "en"]] = [options.language] if options.language else ["ko", "en"]
    say("\n".join(policy.explain(language) for language in languages))
    for warning in policy.warnings:
        say(words.WARNING.format(text=printable(warning)))
    print(words.HASH.format(hash=policy.hash))
    return ALLOWED


def policy_test(options: argparse.Namespace) -> int:
    try:
        # What is not UTF-8 is for the reader of cases to refuse.
        with open(options.cases, encoding="utf-8", errors="surrogateescape") as file:
            cases = file.read()
    except OSError:
        raise Refused(words.NO_CASES) from None
    report = run_policy_cases(cases)
    say(report.text.rstrip("\n"))
    return ALLOWED if report.passed else DENIED


def of_environment(address: str) -> str:
    if not address.startswith("env:"):
        return address
    name = address[len("env:") :]
    if not os.environ.get(name):
        # After a slip of the shell it is the address itself, with its password.
        plain = re.fullmatch("[A-Z_][A-Z0-9_]{0,30}", name)
        raise Refused(words.NO_VARIABLE.format(name=name) if plain else words.NO_SUCH_VARIABLE)
    return os.environ[name]


def pepper_of(text: str) -> Union[str, Tuple[str, str]]:
    """What the command line shows to every user of the machine is no key, only where it is."""
    found = re.fullmatch("(?:([^=:]*)=)?((?:env|file):.*)", text, re.DOTALL)
    if found is None:
        raise Refused(words.BAD_PEPPER)
    return found[2] if found[1] is None else (found[1], found[2])


def open_registry(store: str, schema: Optional[str], peppers: Optional[List[str]]) -> Registry:
    if not peppers:
        raise Refused(words.NO_PEPPER)
    registry = Registry(
        of_environment(store), peppers=[pepper_of(one) for one in peppers], schema=schema, timeout_ms=60_000
    )
    for warning in registry.warnings:
        say(words.WARNING.format(text=printable(warning)), sys.stderr)
    return registry


def file_of_store(store: str) -> Optional[str]:
    address = of_environment(store)
    return address[len("sqlite:") :] if address.startswith("sqlite:") else None


def is_same_file(one: str, other: str) -> bool:
    """Of files alone: a terminal may be read and written."""
    if os.path.exists(one) and os.path.exists(other):
        return os.path.isfile(one) and os.path.samefile(one, other)
    return os.path.realpath(one) == os.path.realpath(other)


def keep_from_report(options: argparse.Namespace, *files: Optional[str]) -> None:
    """A report empties the file that it is written to."""
    if options.report is None:
        return
    peppers = [re.sub("^(?:[^=:]*=)?file:", "", one) for one in options.pepper or () if "file:" in one]
    if any(is_same_file(options.report, one) for one in (*files, *peppers) if one is not None):
        raise Refused(words.REPORT_OVER)


class Stopped(Exception):
    """Somebody asked for an end; what was read is in."""


class Watched:
    """An import that shows how far it is, writes what it leaves out, and stops after a batch when asked to."""

    def __init__(self, report: Optional[TextIO], numbered: str) -> None:
        self._asked = False
        self._terminal = sys.stderr.isatty()
        self._report = report
        if report is not None:
            print(f"{numbered},reason", file=report)

    def __enter__(self) -> Watched:
        self._before = {one: signal.signal(one, self._ask) for one in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)
        if self._terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _ask(self, *_: object) -> None:
        self._asked = True

    def conflict(self, one: ImportConflict) -> None:
        if self._report is not None:
            print(f"{one.row},{one.reason}", file=self._report)

    def batch(self, report: ImportReport) -> None:
        if self._terminal:
            left_out = sum(report.left_out.values())
            text = words.PROGRESS.format(rows=report.rows, left_out=left_out)
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
        if self._asked:
            raise Stopped(words.STOPPED.format(rows=report.rows))


def watched(
    options: argparse.Namespace,
    numbered: str,
    begin: Callable[[Callable[..., object], Callable[..., object]], ImportReport],
) -> int:
    try:
        with ExitStack() as stack:
            file = None
            if options.report is not None:
                try:
                    # Line by line: what the batches that are in have left out is there, however it ends.
                    file = stack.enter_context(open(options.report, "w", encoding="utf-8", buffering=1))
                except OSError:
                    raise Refused(words.NO_REPORT) from None
            watch = stack.enter_context(Watched(file, numbered))
            report = begin(watch.conflict, watch.batch)
    except Stopped as stopped:
        say(f"{words.PROGRAM}: {stopped}", sys.stderr)
        return 128 + signal.SIGINT
    counts = {name: getattr(report, name) for name in ("rows", "existing", "persons", "keys", "moved", "uses")}
    for name, count in {**counts, words.LEFT_OUT: sum(report.left_out.values())}.items():
        if count or name == "rows":
            print(f"{name:<14}{count}")
    for reason, count in report.left_out.items():
        print(f"  {reason:<18}{count}")
    return DENIED if report.left_out else ALLOWED


def registry_import(options: argparse.Namespace) -> int:
    with open_registry(options.store, options.schema, options.pepper) as registry:
        keep_from_report(options, options.file, file_of_store(options.store))
        return watched(
            options,
            "line",
            lambda conflict, batch: registry.import_file(
                options.file,
                kind=options.kind,
                provider=options.provider,
                merchant=options.merchant,
                attests=options.attests or (),
                any_value=options.any_value,
                conflicts=0,
                on_conflict=conflict,
                on_batch=batch,
            ),
        )


def registry_move(options: argparse.Namespace) -> int:
    with (
        open_registry(options.source, options.from_schema, options.pepper) as source,
        open_registry(options.target, options.to_schema, options.pepper) as target,
    ):
        source_file = file_of_store(options.source)
        if source_file is not None and not os.path.exists(source_file):
            raise Refused(words.NO_SOURCE)  # the first call would make it
        keep_from_report(options, source_file, file_of_store(options.target))
        return watched(
            options,
            "person",
            lambda conflict, batch: target.import_from(source, conflicts=0, on_conflict=conflict, on_batch=batch),
        )


def registry_schema(options: argparse.Namespace) -> int:
    print(Registry.schema_sql(options.schema) if options.schema is not None else Registry.schema_sql(), end="")
    return ALLOWED


def sandbox(options: argparse.Namespace) -> int:
    # Blocked and waited for: a signal that comes early is not lost, and a plain kill ends it like Ctrl-C.
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    with Sandbox(
        port=options.port,
        host=options.host,
        allow_remote=options.allow_remote,
        token=options.token,
        public_url=options.public_url,
    ) as running:
        print(words.SANDBOX_READY.format(url=running.url))
        for name, value in (
            ("BONIN_BASE_URL", running.url),
            ("BONIN_IMP_KEY", running.imp_key),
            ("BONIN_IMP_SECRET", running.imp_secret),
            ("BONIN_API_SECRET", running.api_secret),
            ("BONIN_STORE_ID", running.store_id),
            ("BONIN_V1_SCRIPT_URL", running.v1_script_url),
            ("BONIN_V2_SCRIPT_URL", running.v2_script_url),
            ("BONIN_SANDBOX_TOKEN", running.token),
        ):
            if value is not None:
                print(f"export {name}={value}", flush=True)
        signal.sigwait(stop)
    print(words.SANDBOX_STOPPED, flush=True)
    return ALLOWED


def run_demo(options: argparse.Namespace) -> int:
    return ALLOWED if demo(why) else ERROR


def whole_number(text: str) -> int:
    """int() alone takes `1_0` and spaces as well."""
    if re.fullmatch("-?[0-9]{1,18}", text) is None:
        raise argparse.ArgumentTypeError(words.WHOLE_NUMBER)
    return int(text)


class Parser(argparse.ArgumentParser):
    """One line for an error, like any other, without the value that was refused, which may be a key; options in full.

    Subcommands are of this class too.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        line = " ".join(message.split())
        line = re.sub(r"invalid choice: .*\(choose from (.*)\)$", r"takes one of \1", line)
        line = re.sub("ignored explicit argument .*", "takes no value", line)
        self.exit(ERROR, f"{words.PROGRAM}: {printable(line)}\n")

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """Names alone: what stands after one is a value."""
        names = [found[0] for one in unknown if (found := re.match("--[a-z][a-z-]*(?==|$)", one))]
        self.error(words.UNKNOWN_OPTIONS.format(names=", ".join(names)) if names else words.UNKNOWN_ARGUMENTS)


def parser() -> Parser:
    top = Parser(
        prog=words.PROGRAM,
        description=words.DESCRIPTION,
        epilog=words.HELP_ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,  # keeps the version on one line
    )
    top.add_argument("--version", action="version", version=f"bonin {version()} ({runtime_versions()})")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str, among: Any = commands
    ) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = among.add_parser(
            name, help=text, description=text, epilog=words.HELP_ENVIRONMENT
        )
        one.set_defaults(run=run)
        return one

    for name, run, text in (("lookup", lookup, words.HELP_LOOKUP), ("verify", verify, words.HELP_VERIFY)):
        one = command(name, run, text)
        one.add_argument("id", metavar="ID", help=words.HELP_ID)
        one.add_argument("--api", choices=("v1", "v2"), help=words.HELP_API)
        one.add_argument("--timeout-ms", type=whole_number, metavar="N", help=words.HELP_TIMEOUT)
        one.add_argument("--json", action="store_true", help=words.HELP_JSON)
        if name == "verify":
            one.add_argument("--policy", metavar="FILE", help=words.HELP_POLICY)
            one.add_argument("--preset", metavar="NAME", help=words.HELP_PRESET)
            one.add_argument("--merchant-uid", metavar="TEXT", help=words.HELP_MERCHANT_UID)
            one.add_argument("--custom-data", metavar="TEXT", help=words.HELP_CUSTOM_DATA)
    about = words.HELP_POLICY_COMMAND
    group = commands.add_parser("policy", help=about, description=about)
    policies = group.add_subparsers(dest="what", metavar="COMMAND", required=True)
    one = command("check", policy_check, words.HELP_POLICY_CHECK, policies)
    one.add_argument("file", metavar="FILE", help=words.HELP_FILE)
    one.add_argument("--language", choices=("ko", "en"), help=words.HELP_LANGUAGE)
    one = command("test", policy_test, words.HELP_POLICY_TEST, policies)
    one.add_argument("cases", metavar="CASES", help=words.HELP_CASES)
    about = words.HELP_REGISTRY_COMMAND
    group = commands.add_parser("registry", help=about, description=about)
    registries = group.add_subparsers(dest="what", metavar="COMMAND", required=True)
    for name, run, text in (
        ("import", registry_import, words.HELP_REGISTRY_IMPORT),
        ("move", registry_move, words.HELP_REGISTRY_MOVE),
    ):
        one = command(name, run, text, registries)
        if name == "import":
            one.add_argument("file", metavar="FILE", help=words.HELP_ROWS)
            one.add_argument("--store", metavar="URL", required=True, help=words.HELP_STORE)
            one.add_argument("--schema", metavar="NAME", help=words.HELP_SCHEMA)
            one.add_argument("--kind", choices=("ci", "di"), help=words.HELP_KIND)
            one.add_argument("--provider", metavar="NAME", help=words.HELP_PROVIDER)
            one.add_argument("--merchant", metavar="ID", help=words.HELP_MERCHANT)
            one.add_argument("--attests", metavar="NAME", action="append", help=words.HELP_ATTESTS)
            one.add_argument("--any-value", action="store_true", help=words.HELP_ANY_VALUE)
        else:
            one.add_argument("--from", metavar="URL", dest="source", required=True, help=words.HELP_FROM)
            one.add_argument("--to", metavar="URL", dest="target", required=True, help=words.HELP_TO)
            one.add_argument("--from-schema", metavar="NAME", help=words.HELP_SCHEMA)
            one.add_argument("--to-schema", metavar="NAME", help=words.HELP_SCHEMA)
        one.add_argument("--pepper", metavar="KEY", action="append", help=words.HELP_PEPPER)
        one.add_argument("--report", metavar="FILE", help=words.HELP_REPORT)
    one = command("schema", registry_schema, words.HELP_REGISTRY_SCHEMA, registries)
    one.add_argument("--schema", metavar="NAME", help=words.HELP_SCHEMA)
    one = command("sandbox", sandbox, words.HELP_SANDBOX)
    one.add_argument("--port", type=whole_number, metavar="N", help=words.HELP_PORT)
    one.add_argument("--host", metavar="ADDRESS", help=words.HELP_HOST)
    one.add_argument("--allow-remote", action="store_true", help=words.HELP_ALLOW_REMOTE)
    one.add_argument("--token", metavar="TEXT", help=words.HELP_TOKEN)
    one.add_argument("--public-url", metavar="URL", help=words.HELP_PUBLIC_URL)
    command("demo", run_demo, words.HELP_DEMO)
    return top


def print_whatever_comes() -> None:
    """A terminal that knows no Korean gets escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(arguments: Optional[Sequence[str]] = None) -> int:
    print_whatever_comes()
    top = parser()
    options, unknown = top.parse_known_args(arguments)
    if unknown:
        top.refuse(unknown)
    try:
        status: int = options.run(options)
        sys.stdout.flush()  # here, where a reader that has left is heard of
        return status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left goes nowhere at exit
        return 128 + signal.SIGPIPE
    except (BoninError, Refused) as error:
        say(f"{words.PROGRAM}: {error}", sys.stderr)
    except OSError as error:
        say(f"{words.PROGRAM}: {error.strerror or 'input or output failed'}: {error.filename or ''}", sys.stderr)
    return ERROR
