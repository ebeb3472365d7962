#!/usr/bin/env python3
"""make-pseudo.py - a language in which every word is put in brackets

Called with the source folder and the .mo file to write.  What is shown
without brackets was not marked; what is cut off would be so in other
languages too.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import pathlib
import re
import subprocess
import sys
import tempfile

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=n != 1;\\n"
"""


def main():
    root, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        template = pathlib.Path(folder) / "saliscope.pot"
        language = pathlib.Path(folder) / "xx.po"
        subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_",
                        "--keyword=C_:1c,2", "--no-wrap", f"--directory={root}", "--no-location",
                        f"--files-from={root / 'resources/po/POTFILES'}", f"--output={template}"],
                       check=True)
        text = re.sub(r'^msgid ((?:".*"\n)+)(?:msgid_plural ((?:".*"\n)+))?msgstr.*(\nmsgstr.*)?$',
                      translate, template.read_text().partition("\n\n")[2], flags=re.M)
        language.write_text(HEADER + "\n" + text)
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["msgfmt", "--check-format", f"--output-file={target}", language],
                       check=True)


def translate(match):
    """A whole entry, with its plural if it has one."""
    one, many = match[1], match[2]
    if many is None:
        return f"msgid {one}msgstr {bracket(one)}"
    return (f"msgid {one}msgid_plural {many}"
            f"msgstr[0] {bracket(one)}\nmsgstr[1] {bracket(many)}")


def bracket(quoted):
    """The lines of a message, with brackets around the whole of it."""
    text = "".join(line[1:-1] for line in quoted.splitlines())
    newline = text.endswith("\\n")
    return '"⟦' + (text[:-2] if newline else text) + "⟧" + ("\\n" if newline else "") + '"'


if __name__ == "__main__":
    main()
