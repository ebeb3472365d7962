#!/usr/bin/env python3
"""check-xml.py - the XML that is compiled into the window fits together

Prints TAP: every file parses, every template is in the resource manifest
and belongs to a class in src/app that binds the handlers the template names.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def parse_all(root):
    """Parsed documents by path below `root`, and what is wrong with the rest."""
    documents, found = {}, []
    for folder, patterns in (("resources", ("*.xml", "*.svg")), ("ui", ("*.ui",))):
        for path in sorted(path for pattern in patterns for path in (root / folder).rglob(pattern)):
            try:
                documents[path.relative_to(root)] = ElementTree.parse(path).getroot()
            except ElementTree.ParseError as error:
                found.append(f"{path.relative_to(root)}: {error}")
    return documents, found


def check_manifest(root, documents):
    manifest = documents[pathlib.Path("resources/saliscope.gresource.xml")]
    listed = {file.text for file in manifest.iter("file")}
    return [f"{path} is not in resources/saliscope.gresource.xml"
            for path in documents if path.suffix == ".ui" and path.name not in listed]


def check_classes(root, documents):
    found = []
    for path, document in documents.items():
        if path.suffix != ".ui" or document.find("template") is None:
            continue
        name = document.find("template").get("class")
        if name == "GtkListItem":
            continue  # the row of a list, without a class of its own
        sources = sorted((root / "src/app").glob(path.stem + "*.c"))
        text = "".join(source.read_text() for source in sources)
        if not sources:
            found.append(f"{path}: no src/app/{path.stem}.c for its class {name}")
        found += [f"{path}: handler {signal.get('handler')} is not in src/app/{path.stem}*.c"
                  for signal in document.iter("signal") if signal.get("handler") not in text]
    return found


def main():
    root = pathlib.Path(sys.argv[1])
    documents, broken = parse_all(root)
    rules = ((broken, "every file is well-formed"),
             (check_manifest(root, documents), "every template is in the manifest"),
             (check_classes(root, documents), "every template has its class and handlers"))
    print(f"1..{len(rules)}")
    for number, (found, title) in enumerate(rules, 1):
        for line in found:
            print(f"# {line}")
        print(f"{'not ok' if found else 'ok'} {number} - {title}")
    return 1 if any(found for found, title in rules) else 0


if __name__ == "__main__":
    sys.exit(main())
