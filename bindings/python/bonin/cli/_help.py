"""What `--help` prints, made of the table."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from . import _words as words
from ._columns import listed, wrapped


def _term(name: str, option: Dict[str, Any]) -> str:
    short = f"-{option['short']}, " if "short" in option else ""
    value = words.metavar(option)
    return f"{short}--{name}" + (f" {value}" if value else "")


def usage(command: Dict[str, Any]) -> str:
    """The command with what it must be given."""
    options = words.options_of(command)
    parts = [words.PROGRAM, command["name"]]
    if "takes" in command:
        parts.append(command["takes"]["metavar"])
    if "one_of" in command:
        parts.append("(" + " | ".join(_term(name, options[name]) for name in command["one_of"]) + ")")
    parts += [_term(name, option) for name, option in options.items() if option.get("required")]
    return " ".join([*parts, "[options]"])


class _Page:
    """Sections, each of lines of at most so many columns."""

    def __init__(self, language: words.Language, columns: int) -> None:
        self._language, self._columns = language, columns
        self._parts: List[str] = []

    def of(self, one: Dict[str, Any]) -> str:
        found: str = one[self._language]
        return found

    def word(self, name: str) -> str:
        return self.of(words.TABLE["words"][name])

    def usage(self, text: str) -> None:
        first, *rest = wrapped(f"{self.word('usage')}: {text}", self._columns - 2)
        self._parts.append("\n".join([first, *(f"  {line}" for line in rest)]))

    def paragraph(self, text: str) -> None:
        self._parts.append("\n".join(wrapped(text, self._columns)))

    def section(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        if rows:
            self._parts.append("\n".join([f"{self.word(name)}:", *listed(rows, self._columns)]))

    def examples(self, examples: Sequence[str]) -> None:
        """A line that does not fit goes on after a backslash, as a shell reads it."""
        lines: List[str] = []
        for one in examples:
            broken = wrapped(one, self._columns - 6)
            lines += [f"  {broken[0]}"] if len(broken) == 1 else [f"  {broken[0]} \\"]
            lines += [f"    {line} \\" for line in broken[1:-1]] + [f"    {line}" for line in broken[1:][-1:]]
        if lines:
            self._parts.append("\n".join([f"{self.word('examples')}:", *lines]))

    def exit_codes(self, codes: Dict[str, Any]) -> None:
        every = {**words.TABLE["exit"], **codes}
        self.section("exit", [(code, self.of(every[code])) for code in sorted(every, key=int)])

    def environment(self, names: Sequence[str]) -> None:
        self.section("environment", [(name, self.of(words.TABLE["environment"][name])) for name in names])

    def text(self) -> str:
        return "\n\n".join(self._parts) + "\n"


def of_command(name: str, language: words.Language, columns: int) -> str:
    command, page = words.COMMANDS[name], _Page(language, columns)
    page.usage(usage(command))
    page.paragraph(page.of(command))
    if "takes" in command:
        page.section("arguments", [(command["takes"]["metavar"], page.of(command["takes"]))])
    page.section(
        "options", [(_term(key, option), page.of(option)) for key, option in words.options_of(command).items()]
    )
    page.examples(command["examples"])
    page.exit_codes(command.get("exit", {}))
    page.environment(words.TABLE[command["environment"]] if "environment" in command else [])
    return page.text()


def _commands(page: _Page, names: Sequence[str]) -> None:
    page.section("commands", [(name, page.of(words.COMMANDS[name])) for name in names])


def of_group(group: str, language: words.Language, columns: int) -> str:
    page = _Page(language, columns)
    page.usage(f"{words.PROGRAM} {group} COMMAND [options]")
    page.paragraph(page.of(words.TABLE["groups"][group]))
    _commands(page, words.commands_of(group))
    page.paragraph(page.word("more").format(command=f"{words.PROGRAM} {group} COMMAND"))
    return page.text()


def short(language: words.Language, columns: int) -> str:
    """What `bonin` alone prints."""
    page = _Page(language, columns)
    page.usage(f"{words.PROGRAM} COMMAND [options]")
    page.paragraph(page.of(words.TABLE["about"]))
    _commands(page, list(words.COMMANDS))
    page.paragraph(page.word("more").format(command=f"{words.PROGRAM} COMMAND"))
    return page.text()


def whole(language: words.Language, columns: int) -> str:
    page = _Page(language, columns)
    options = [
        (_term(name, words.TABLE["options"][name]), page.of(words.TABLE["options"][name]))
        for name in ("version", "help")
    ]
    page.section("options", options)
    page.examples(words.TABLE["examples"])
    page.exit_codes(words.TABLE["exits"])
    page.environment([*words.TABLE["credentials"], "NO_COLOR", "FORCE_COLOR"])
    return short(language, columns) + "\n" + page.text()
