#!/usr/bin/env python3
"""check-style.py - the rules of the house that a machine can hold

Prints TAP, one test a rule; `--fix` rewrites the C files in the formatter's
layout instead.  Formatting is uncrustify's but for what no option of it can
say: it removes the space in `) (`, and takes the name in G_DEFINE_QUARK for a
subtraction.  Pointers to functions are shown to it under a plain name of the
same width, so that their parameters are aligned.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP_LEVEL = {"meson.build", "src", "ui", "resources", "include", "tests", "data",
             "README.md", "LICENSE", "run"}
MAX_COLUMNS = 100
MAX_LINES = 600

# What the files below a folder must not include, and why.
LAYERS = (
    ("include/nn", r"g(lib|io|object|tk|dk)[-./\w]*|cairo[-./\w]*|sal-[-\w]*\.h",
     "the engine knows no GLib and no session"),
    ("src/engine", r"g(lib|io|object|tk|dk)[-./\w]*|cairo[-./\w]*|(sal|plot)-[-\w]*\.h",
     "the engine knows no GLib and no session"),
    ("src/plot", r"(gtk|gdk|adwaita)[-./\w]*|(nn/)?nn-[-\w]*\.h|sal-[-\w]*\.h",
     "plots know numbers and cairo only"),
    ("src/session", r"(gtk|gdk/|adwaita)[-./\w]*|plot-[-\w]*\.h|nn-[-\w]*\.h",
     "the session sees no toolkit, no plot and no private header of the engine"),
    ("src/cli", r"(gtk|gdk/|adwaita)[-./\w]*|nn-[-\w]*\.h",
     "the command line needs no display and no private header of the engine"),
    ("src/app", r"nn-[-\w]*\.h", "the window sees no private header of the engine"),
)

POINTER = re.compile(r"\(\*(\w+)\)(?= *\()")
DISGUISED = re.compile(r"\bQX(\w+)Q\b")
QUARK = re.compile(r"(?<=G_DEFINE_QUARK \()[-\w ]+")
CALLED = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|\)\(', re.S)


def list_files(root):
    """Every file of the project: what git knows or would add, else what lies
    there outside build folders."""
    git = shutil.which("git") and subprocess.run(
        [shutil.which("git"), "-C", root, "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True, text=True)
    if git and git.returncode == 0:
        names = [name for name in git.stdout.split("\0") if name]
    else:
        names = [str(path.relative_to(root)) for path in root.rglob("*")
                 if not path.relative_to(root).parts[0].startswith(("build", "."))]
    return sorted(name for name in names if (root / name).is_file())


def mend_layout(text):
    """Undoes what uncrustify should not have done."""
    text = DISGUISED.sub(r"(*\1)", text)
    text = QUARK.sub(lambda match: match[0].replace(" - ", "-"), text)
    return CALLED.sub(lambda match: ") (" if match[0] == ")(" else match[0], text)


def format_sources(root, names):
    """The formatter's layout of each C file, by name."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name in names:
            copy = folder / "in" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(POINTER.sub(r"QX\1Q", (root / name).read_text()))
        (folder / "list").write_text("\n".join(names))
        subprocess.run(["uncrustify", "-q", "-l", "C", "-c", root / ".uncrustify.cfg",
                        "-F", folder / "list", "--prefix", folder / "out"],
                       cwd=folder / "in", check=True)
        return {name: mend_layout((folder / "out" / name).read_text()) for name in names}


def check_format(root, files, sources):
    formatted = format_sources(root, list(sources))
    return [f"{name} differs from the formatter's layout (./run format mends it)"
            for name, text in sources.items() if formatted[name] != text]


def check_opening(root, files, sources):
    """A block comment names the file and carries the licence."""
    found = []
    for name, text in sources.items():
        base = pathlib.PurePath(name).name
        comment = text.partition("*/")[0]
        if not comment.startswith(f"/* {base} - "):
            found.append(f"{name} does not open with `/* {base} - what it is`")
        elif "SPDX-License-Identifier: GPL-3.0-or-later" not in comment:
            found.append(f"{name}: no SPDX line in the opening comment")
    return found


def check_columns(root, files, sources):
    texts = {name: (root / name).read_text() for name in files
             if name.endswith((".py", "run"))}
    return [f"{name}:{number}: {len(line)} columns"
            for name, text in {**sources, **texts}.items()
            for number, line in enumerate(text.splitlines(), 1) if len(line) > MAX_COLUMNS]


def check_length(root, files, sources):
    """A hint, not an error: a long file wants to be split by concern."""
    for name, text in sources.items():
        lines = text.count("\n")
        if lines > MAX_LINES and not name.startswith("tests/"):
            print(f"# hint: {name} has {lines} lines, more than {MAX_LINES}")
    return []


def check_top_level(root, files, sources):
    entries = {pathlib.PurePath(name).parts[0] for name in files}
    return [f"{entry} does not belong at the top level"
            for entry in sorted(entries) if entry not in TOP_LEVEL and not entry.startswith(".")]


def check_names(root, files, sources):
    """A file name is the name of one thing in the whole tree."""
    seen = collections.defaultdict(list)
    for name in sources:
        seen[pathlib.PurePath(name).name].append(name)
    return [" and ".join(names) + " share a name"
            for base, names in seen.items() if len(names) > 1 and base != "main.c"]


def check_layers(root, files, sources):
    found = []
    for folder, forbidden, reason in LAYERS:
        pattern = re.compile(rf'^\s*#\s*include\s*[<"]((?:\.\./|engine/)*(?:{forbidden}))[>"]',
                             re.M)
        for name, text in sources.items():
            if name.startswith(folder + "/"):
                found += [f"{name} includes {match[1]}: {reason}"
                          for match in pattern.finditer(text)]
    return found


def check_blas(root, files, sources):
    callers = [name for name, text in sources.items()
               if name.startswith("src/") and re.search(r"\bcblas_\w+ *\(", text)]
    return [f"{name} calls cblas_, as others do" for name in callers] if len(callers) > 1 else []


def check_unfinished(root, files, sources):
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    return [f"{name}:{number}: {line.strip()}"
            for name, text in sources.items()
            for number, line in enumerate(text.splitlines(), 1) if words.search(line)]


def find_message(path, number):
    """The message in which line `number` of a .po file is."""
    lines = pathlib.Path(path).read_text().split("\n")
    start = next(i for i in range(number - 1, -1, -1) if lines[i].startswith("msgid"))
    end = next(i for i in range(start, len(lines)) if lines[i].startswith("msgstr"))
    return " ".join(lines[start:end])


def check_translations(root, files, sources):
    """The words of POTFILES, as xgettext reads them, against each language."""
    folder = root / "resources/po"
    languages = [line for line in (folder / "LINGUAS").read_text().split("\n")
                 if line and not line.startswith("#")]
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        words = pathlib.Path(scratch) / "words.pot"
        subprocess.run(
            ["xgettext", f"--directory={root}", f"--files-from={folder / 'POTFILES'}",
             "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2",
             "--keyword=NC_:1c,2", f"--output={words}"], check=True)
        for language in languages:
            result = subprocess.run(["msgcmp", folder / f"{language}.po", words],
                                    capture_output=True, text=True)
            complaints = re.findall(r"^(.+?):(\d+): (this message [^.\n]*)", result.stderr, re.M)
            found += [f"{language}.po: {reason}: {find_message(path, int(number))}"
                      for path, number, reason in complaints]
            if result.returncode != 0 and not complaints:
                found += result.stderr.splitlines()
    return found


RULES = (
    (check_format, "C files are laid out as the formatter does"),
    (check_opening, "C files open with what they are and their licence"),
    (check_columns, f"no line is longer than {MAX_COLUMNS} columns"),
    (check_length, f"files over {MAX_LINES} lines are pointed out"),
    (check_top_level, "only known entries at the top level"),
    (check_names, "no two sources share a name"),
    (check_layers, "no file includes what its layer may not use"),
    (check_blas, "one file calls cblas"),
    (check_unfinished, "no word of unfinished work"),
    (check_translations, "no language lacks words, or has doubtful ones"),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fix", action="store_true", help="rewrite files that differ")
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2])
    arguments = parser.parse_args()
    root = arguments.root.resolve()

    files = list_files(root)
    sources = {name: (root / name).read_text() for name in files
               if name.startswith(("src/", "include/", "tests/")) and name.endswith((".c", ".h"))}
    have_formatter = shutil.which("uncrustify") is not None
    have_gettext = shutil.which("xgettext") is not None and shutil.which("msgcmp") is not None

    if arguments.fix:
        if not have_formatter:
            sys.exit("check-style.py: uncrustify is not installed")
        for name, text in format_sources(root, list(sources)).items():
            if text != sources[name]:
                (root / name).write_text(text)
                print(f"formatted {name}")
        return 0

    failures = 0
    print(f"1..{len(RULES)}")
    for number, (rule, title) in enumerate(RULES, 1):
        if rule is check_format and not have_formatter:
            print(f"ok {number} - {title} # SKIP uncrustify is not installed")
            continue
        if rule is check_translations and not have_gettext:
            print(f"ok {number} - {title} # SKIP gettext is not installed")
            continue
        found = rule(root, files, sources)
        for line in found:
            print(f"# {line}")
        print(f"{'not ok' if found else 'ok'} {number} - {title}")
        failures += bool(found)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
