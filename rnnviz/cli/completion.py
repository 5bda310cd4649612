"""Completion for shells, made of the parsers: ``rnnviz --completion bash``."""

from __future__ import annotations

from collections.abc import Iterable

from rnnviz.cli.words import FILE, Flag, Subcommand, all_names, commands

SHELLS = ("bash", "zsh", "fish")


def completion(shell: str) -> str:
    """A script that completes the program's commands, flags and their values.

    Parameters
    ----------
    shell : str
        One of `SHELLS`.

    Raises
    ------
    KeyError
        Of another shell.
    """
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](commands())


def _bash(all_commands: Iterable[Subcommand]) -> str:
    """One function: the value of the flag before, else a flag, a command or a file."""
    first, *others = all_commands
    cases = "\n".join(_bash_case(each) for each in others)
    names = " ".join(each.name for each in others)
    return f"""\
# Completion of rnnviz for bash, made by: rnnviz --completion bash
_rnnviz() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} flags
  COMPREPLY=()
  case ${{COMP_WORDS[1]}} in
{cases}
    *)
{_bash_values(first, "      ")}
      ;;
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
    return
  fi
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W "{names}" -- "$cur"))
  fi
  compopt -o filenames 2>/dev/null
  local IFS=$'\\n'
  COMPREPLY+=($(compgen -f -- "$cur"))
}}
complete -F _rnnviz rnnviz
"""


def _bash_case(command: Subcommand) -> str:
    return f"    {command.name})\n{_bash_values(command, '      ')}\n      ;;"


def _bash_values(command: Subcommand, indent: str) -> str:
    """The flags of a command, and what may follow each."""
    lines = [f'flags="{" ".join(all_names(command.flags))}"', "case $prev in"]
    for flag in command.flags:
        if flag.takes is None or (flag.takes == FILE and not flag.words):
            continue  # a file is completed where nothing else is
        reply = f'COMPREPLY=($(compgen -W "{" ".join(flag.words)}" -- "$cur"))'
        done = "" if flag.takes == FILE else "return"
        lines.append(f"  {'|'.join(flag.names)}) {'; '.join(filter(None, (reply, done)))};;")
    return "\n".join(indent + line for line in (*lines, "esac"))


def _zsh(all_commands: Iterable[Subcommand]) -> str:
    first, *others = all_commands
    cases = "\n".join(
        f"    {each.name})\n      shift words; (( CURRENT-- ))\n      _arguments \\\n"
        f"{_zsh_lines(each)}\n      ;;"
        for each in others
    )
    named = " ".join(_single(f"{each.name}:{_first_sentence(each.about)}") for each in others)
    return f"""\
#compdef rnnviz
# Completion of rnnviz for zsh, made by: rnnviz --completion zsh
_rnnviz() {{
  local -a names
  names=({named})
  case $words[2] in
{cases}
    *)
      if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
        _describe command names
      fi
      _arguments \\
{_zsh_lines(first)}
      ;;
  esac
}}
_rnnviz "$@"
"""


def _zsh_lines(command: Subcommand) -> str:
    lines: list[str] = []
    for flag in command.flags:
        said = _zsh_text(flag.help)
        after = ""
        if flag.takes is not None:
            after = f":{_zsh_text(flag.metavar)}:{_zsh_values(flag)}"
        lines += [_single(f"*{name}[{said}]{after}") for name in flag.names]
    lines.append(_single("*:file:_files"))
    return " \\\n".join(f"        {line}" for line in lines)


def _zsh_values(flag: Flag) -> str:
    if not flag.words:
        return "_files" if flag.takes == FILE else " "
    return f"({' '.join(map(_zsh_text, flag.words))})"


def _zsh_text(text: str) -> str:
    """Text in a specification of _arguments: colons and brackets mean something there."""
    for sign in "\\:[](){}":
        text = text.replace(sign, f"\\{sign}")
    return text


def _fish(all_commands: Iterable[Subcommand]) -> str:
    first, *others = all_commands
    names = " ".join(each.name for each in others)
    lines = ["# Completion of rnnviz for fish, made by: rnnviz --completion fish"]
    no_command = f"not __fish_seen_subcommand_from {names}"
    for each in others:
        said = _single(_first_sentence(each.about))
        lines.append(f"complete -c rnnviz -n __fish_is_first_token -a {each.name} -d {said}")
    for each in (first, *others):
        where = f"__fish_seen_subcommand_from {each.name}" if each.name else no_command
        lines += [_fish_line(_single(where), flag) for flag in each.flags]
    return "\n".join(lines) + "\n"


def _fish_line(where: str, flag: Flag) -> str:
    names = [f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in flag.names]
    parts = ["complete -c rnnviz -n", where, *names]
    if flag.words:
        only = "-r" if flag.takes == FILE else "-x"
        parts.append(f"{only}a {_single(' '.join(flag.words))}")
    elif flag.takes == FILE:
        parts.append("-rF")
    elif flag.takes is not None:
        parts.append("-x")
    return " ".join([*parts, "-d", _single(flag.help)])


def _first_sentence(text: str) -> str:
    return text.split(". ")[0].rstrip(".")


def _single(text: str) -> str:
    """A text as one word of a shell."""
    return "'" + text.replace("'", "'\\''") + "'"
