"""A snapshot of every public name and signature: a change of it is a decision, not an accident.

To renew it after such a decision: python tests/python/test_18_public_api.py > tests/python/api.txt
"""

import inspect
import pathlib
from typing import Any, Iterator

import bonin
import bonin.notebook
import bonin.testing

SNAPSHOT = pathlib.Path(__file__).with_name("api.txt")


def signature(thing: Any) -> str:
    try:
        return str(inspect.signature(thing)).replace("'", "")
    except (TypeError, ValueError):
        return "(?)"


def members(cls: type) -> Iterator[str]:
    for name, member in sorted(vars(cls).items()):
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            yield f"  .{name}"
        elif callable(getattr(cls, name)):
            yield f"  .{name}{signature(getattr(cls, name))}"


def api() -> Iterator[str]:
    for name in sorted(bonin.testing.__all__):
        thing = getattr(bonin.testing, name)
        yield f"testing.{name}{signature(thing)}"
        if inspect.isclass(thing):
            yield from members(thing)
    for name in sorted(bonin.notebook.__all__):
        yield f"notebook.{name}{signature(getattr(bonin.notebook, name))}"
    for name in sorted(bonin.__all__):
        thing = getattr(bonin, name)
        if not inspect.isclass(thing):
            yield f"{name}{signature(thing)}"
        elif issubclass(thing, bonin.BoninError):
            bases = ", ".join(base.__name__ for base in thing.__bases__)
            yield f"{name}({bases}) {thing.kind}"
        else:
            yield f"{name}{signature(thing)}"
            yield from members(thing)


def test_the_public_api_is_as_recorded() -> None:
    assert list(api()) == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_everything_public_has_a_docstring() -> None:
    for module in (bonin.notebook, bonin.testing):
        for name in module.__all__:
            assert getattr(module, name).__doc__, name
    for name in bonin.__all__:
        thing = getattr(bonin, name)
        assert thing.__doc__, name
        if inspect.isclass(thing):
            for member_name, member in vars(thing).items():
                if not member_name.startswith("_") and isinstance(member, property):
                    assert member.__doc__, f"{name}.{member_name}"


if __name__ == "__main__":
    print("\n".join(api()))
