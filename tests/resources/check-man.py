#!/usr/bin/env python3
"""check-man.py - the manual pages are well-formed and tell of every option

Called with the built saliscope-cli and the pages.  Prints TAP.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import pathlib
import re
import shutil
import subprocess
import sys


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def plain(roff):
    return re.sub(r"\\f[A-Z]|\\:", "", roff).replace("\\-", "-")


def list_commands(program):
    """The commands that `saliscope-cli --help` names."""
    listed = run(program, "--help").stdout.partition("Commands:\n")[2].partition("\n\n")[0]
    return re.findall(r"^  (\S+)", listed, re.M)


def list_options(program, command):
    """Each option of a command, such as "-o, --output" or "--json"."""
    text = run(program, command, "--help").stdout.partition("Application Options:\n")[2]
    return re.findall(r"^  ((?:-\w, )?--[-\w]+)", text, re.M)


def check_commands(program, page):
    """Each command has a section, and it names its options and no others."""
    parts = re.split(r"^\.S[SH] (.*)$", plain(page.read_text()), flags=re.M)
    sections = dict(zip(parts[1::2], parts[2::2]))
    commands = list_commands(program)
    found = [] if len(commands) >= 10 else [f"--help names {len(commands)} commands"]
    for command in commands:
        if command not in sections:
            found.append(f"no section for the command {command}")
            continue
        options = set(list_options(program, command))
        described = set(re.findall(r"^((?:-\w, )?--[-\w]+)", sections[command], re.M))
        found += [f"{command}: {option} is not described" for option in sorted(options - described)]
        found += [f"{command}: {option} does not exist" for option in sorted(described - options)]
    return found


def check_roff(pages):
    found = []
    for page in pages:
        result = run("groff", "-man", "-Tutf8", "-ww", "-z", page)
        found += [f"{page.name}: {line}" for line in result.stderr.splitlines()]
        if result.returncode != 0:
            found.append(f"{page.name}: groff failed")
    return found


def main():
    program, pages = sys.argv[1], [pathlib.Path(name) for name in sys.argv[2:]]
    page = next(page for page in pages if page.name == "saliscope-cli.1")
    rules = [(check_commands(program, page), "every command and option is described")]
    if shutil.which("groff"):
        rules.append((check_roff(pages), "groff has nothing to say"))
    else:
        rules.append(([], "groff has nothing to say # SKIP groff is not installed"))
    print(f"1..{len(rules)}")
    for number, (found, title) in enumerate(rules, 1):
        for line in found:
            print(f"# {line}")
        print(f"{'not ok' if found else 'ok'} {number} - {title}")
    return 1 if any(found for found, title in rules) else 0


if __name__ == "__main__":
    sys.exit(main())
