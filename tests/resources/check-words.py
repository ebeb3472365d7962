#!/usr/bin/env python3
"""check-words.py - what people read can be translated

Called with the source folder; prints TAP.  A literal of src/app or src/plot
that reads like words must stand in _(), N_(), C_() or ngettext(), or be named
below with the reason; so must every title and summary of a table of the engine or
the session.  A file that marks words must stand in POTFILES; a property of ui/ that
people read must be translatable; what people read of the JSON files of data/
must stand in data-words.c, where xgettext finds it.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

MARKS = {"_", "N_", "C_", "NC_", "ngettext"}

LITERAL = r'"(?:[^"\\\n]|\\.)*"'
LITERALS = re.compile(LITERAL + r"(?:\s*" + LITERAL + r")*")

# Two words in a row, or a word with a capital letter.
WORDS = re.compile(r"[A-Za-z]{2,}[,:;.]? [a-z]{2,}|^[A-Z][a-z]{2,}|\b%\w [a-z]{3,}")

# What these calls are given is read by programs.
CALLS_OF_PROGRAMS = re.compile(
    r"g_(return|assert|critical|warning|debug|signal_new|param_spec)\w*|sal_csv_\w+|"
    r"G_DEFINE\w*|bindtextdomain|textdomain|setlocale")

# Literals that are no words: command lines, and what a program reads, by file.
COMMAND = r".*saliscope-cli .*|.* --[a-z-]+ .*"
NOT_WORDS = {
    "sal-application.c": r"Saliscope|saliscope %s\\n|<Primary>.*",    # the name; keys
    "sal-compare-page-save.c": r"Saliscope %s, %s|<.*",               # the name; HTML
    "sal-drawing.c": r"Menu\|<Shift>F10",                            # keys
    "sal-report.c": r"[\s\S]*",                                       # HTML and CSS
    "sal-table.c": r"<.*",
    "sal-words.c": r"learning rate ",                                # as it is stored
    "plot-export.c": r"Saliscope |Description|Software|Title",       # of PNG files
    "plot-palette.c": r"Sans",                                       # a font
}

# A row of a table in the engine or the session: a title or summary by its
# name, a name with a title after it, a field of recipes.
TABLE_WORDS = re.compile(
    r'\.(?:title|summary) = ("[A-Z][^"]*")|'
    r'^ +(?:\[\w+\] = )?\{ "[\w-]+",\s+("[A-Z][^"]*")|'
    r'^ +\{ "[\w-]+",\s+N_\("[^"]*"\),\s+("[A-Z][^"]*")', re.M)

# Tables that no window shows.
NOT_SHOWN = {"nn-int8-dot-avx2.c", "nn-int8-dot-avx512.c"}

# The names of columns in CSV files stay what they are.
CSV_COLUMN = re.compile(r'(?:\{\s*(?:N_\("[^"]*"\)|"")\s*,|\.csv_name\s*=)\s*$')

# "Saliscope" is a name.
READ_BY_PEOPLE = {"label", "title", "subtitle", "description", "tooltip-text", "text", "caption",
                  "placeholder-text", "empty-text", "x-title", "y-title", "titles", "tooltips"}


def without_comments(text):
    """The same text with comments and #include lines blanked."""
    blank = lambda match: re.sub(r"[^\n]", " ", match[0])
    return re.sub(r"/\*.*?\*/|^[ \t]*#include[^\n]*", blank, text, flags=re.S | re.M)


def enclosing_calls(text, position):
    """The names of the calls around a position, the innermost first."""
    depth = 0
    for i in range(position - 1, -1, -1):
        if text[i] == ")":
            depth += 1
        elif text[i] == "(":
            if depth == 0:
                name = re.search(r"(\w+)\s*$", text[:i])
                yield name[1] if name else ""
            else:
                depth -= 1
        elif text[i] in ";{}" and depth == 0:
            return


def unmarked_words(path):
    """Line and literal of all words in a C file that nobody could translate."""
    text = without_comments(path.read_text())
    allowed = re.compile(COMMAND + "|" + NOT_WORDS.get(path.name, r"(?!)"))
    for match in LITERALS.finditer(text):
        words = "".join(part[1:-1] for part in re.findall(LITERAL, match[0]))
        if not WORDS.search(words) or allowed.fullmatch(words):
            continue
        if CSV_COLUMN.search(text[max(0, match.start() - 200):match.start()]):
            continue
        calls = list(enclosing_calls(text, match.start()))
        if calls and (calls[0] in MARKS or any(CALLS_OF_PROGRAMS.fullmatch(c) for c in calls)):
            continue
        yield text.count("\n", 0, match.start()) + 1, words


def unmarked_rows(path):
    """Line and literal of the words of tables that nobody could translate."""
    text = without_comments(path.read_text())
    for match in TABLE_WORDS.finditer(text) if path.name not in NOT_SHOWN else ():
        yield text.count("\n", 0, match.start()) + 1, match[match.lastindex]


def unmarked_errors(path):
    """Line and literal of the errors of a file that translates others."""
    text = without_comments(path.read_text())
    for match in LITERALS.finditer(text):
        calls = list(enclosing_calls(text, match.start()))
        if calls and calls[0].startswith("g_set_error") and WORDS.search(match[0][1:-1]):
            yield text.count("\n", 0, match.start()) + 1, match[0]


def words_of_data(root):
    """What the window shows of presets and of the catalogue of data sets."""
    for path in (root / "data/recipes").glob("*.json"):
        preset = json.loads(path.read_text())
        yield from (preset["title"], preset["summary"])
    for path in (root / "data/datasets").glob("*.json"):
        entry = json.loads(path.read_text())
        yield from (entry["title"], entry["licence"])
        if entry["format"] == "idx":  # these are shown in blocks, too
            yield entry["title"] + " in blocks"


def listed_data_words(root):
    text = (root / "resources/po/data-words.c").read_text()
    for match in re.finditer(r"N_\(((?:\s*" + LITERAL + r")+)\)", text):
        yield "".join(part[1:-1] for part in re.findall(LITERAL, match[1]))


def marks_words(path):
    if path.suffix == ".ui":
        return "translatable=" in path.read_text()
    text = without_comments(path.read_text())
    return re.search(r"\b(_|N_|C_|NC_|ngettext) ?\(", text) is not None


def untranslatable(path):
    """The properties of a template that people read and nobody could translate."""
    for element in ElementTree.parse(path).iter():
        if (element.tag in ("property", "attribute", "item") and element.text
                and (element.get("name") in READ_BY_PEOPLE or element.tag == "item")
                and re.search(r"[A-Za-z]{2}", element.text)
                and element.text.strip() != "Saliscope"
                and element.get("translatable") is None and element.get("bind-source") is None):
            yield f"{element.get('name')}: {element.text}"


def report(number, title, problems):
    for problem in problems:
        print(f"# {problem}")
    print(f"{'not ok' if problems else 'ok'} {number} - {title}", flush=True)
    return bool(problems)


def main():
    root = pathlib.Path(sys.argv[1])
    sources = sorted((root / "src").rglob("*.c"))
    shown = [path for path in sources if path.parent.name in ("app", "plot")]
    tables = [path for path in sources
              if path.relative_to(root / "src").parts[0] in ("engine", "session")]
    templates = sorted((root / "ui").glob("*.ui"))
    listed = [line for line in (root / "resources/po/POTFILES").read_text().splitlines()
              if line and not line.startswith("#")]
    in_data, for_translators = set(words_of_data(root)), set(listed_data_words(root))
    marked = [str(path.relative_to(root)) for path in templates + sources if marks_words(path)]

    print("1..8")
    failed = report(1, "words of src/app and src/plot are marked for translation",
                    [f"{path.relative_to(root)}:{line}: {words}"
                     for path in shown for line, words in unmarked_words(path)])
    failed |= report(2, "words of ui are translatable",
                     [f"{path.relative_to(root)}: {words}"
                      for path in templates for words in untranslatable(path)])
    failed |= report(3, "POTFILES names every file with words",
                     [name for name in marked if name not in listed])
    failed |= report(4, "POTFILES names nothing else",
                     [name for name in listed
                      if not (root / name).is_file()
                      or (name.startswith(("src/", "ui/")) and name not in marked)])
    failed |= report(5, "titles and summaries of tables are marked for translation",
                     [f"{path.relative_to(root)}:{line}: {words}"
                      for path in tables for line, words in unmarked_rows(path)])
    failed |= report(6, "data-words.c has the words of presets and data sets",
                     sorted(in_data - for_translators))
    failed |= report(7, "data-words.c has no others", sorted(for_translators - in_data))
    failed |= report(8, "a file that translates errors translates all",
                     [f"{path.relative_to(root)}:{line}: {words}"
                      for path in tables if str(path.relative_to(root)) in listed
                      for line, words in unmarked_errors(path)])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
