#!/usr/bin/env python3
"""check-keys.py - the shortcuts window lists every key, and every key a menu

Called with the source folder; prints TAP.  The keys of the application's
actions and those that pages and drawings bind must stand in
ui/help-overlay.ui, which must promise no other; what has a key of the
application must stand in a menu too.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

MODIFIERS = {"GDK_CONTROL_MASK": "<Primary>", "GDK_SHIFT_MASK": "<Shift>", "GDK_ALT_MASK": "<Alt>"}

# The same keys under other names: keypad, the unshifted plus.
OTHER_NAMES = re.compile(r"KP_\w+|equal|Menu|Delete|(ISO_Left_)?Tab")

# Keys of a dialog, which its buttons and their tooltips name, and what GTK
# itself binds.
OF_DIALOGS = {"sal-network-editor.c", "sal-numbers-window.c"}
OF_GTK = {"<Primary>question"}

# The action that opens the menu.
OPENS_MENU = "win.open-menu"


def listed_keys(root):
    """All accelerators of the shortcuts window; a range stands for its keys."""
    keys = set()
    for element in ElementTree.parse(root / "ui/help-overlay.ui").iter("property"):
        if element.get("name") == "accelerator":
            for key in element.text.split():
                ends = re.fullmatch(r"(\d)\.\.\.(\d)", key)
                keys |= {str(i) for i in range(int(ends[1]), int(ends[2]) + 1)} if ends else {key}
    return keys


def application_shortcuts(root):
    """(action, its keys) of the table in sal-application.c."""
    text = (root / "src/app/sal-application.c").read_text()
    rows = r'\{ "((?:app|win|bits|inspect)\.[^"]+)", \{ ([^}]*) \} \}'
    for action, keys in re.findall(rows, text):
        yield action, re.findall(r'"([^"]+)"', keys)


def name_key(key, modifiers):
    prefix = "".join(MODIFIERS[mask] for mask in sorted(MODIFIERS) if mask in modifiers)
    return prefix + key


def bound_keys(root):
    """(file, key) that pages, drawings and the history of undo bind."""
    pattern = re.compile(r"GDK_KEY_(\w+)( \+ \(guint\) i)?,\s*"
                         r"((?:GDK_\w+_MASK(?: \| )?)*)")
    for path in sorted((root / "src/app").glob("*.c")):
        text = path.read_text()
        if path.name in OF_DIALOGS:
            continue
        for key, is_row, modifiers in pattern.findall(text):
            for name in range(10) if is_row else [key]:
                yield path.name, name_key(str(name), modifiers)


def menu_actions(root):
    """Actions that a menu or a button of ui/ offers, with their targets."""
    actions = set()
    for path in (root / "ui").glob("*.ui"):
        text = path.read_text()
        actions |= set(re.findall(r'name="(?:action|action-name)">'
                                  r'([\w.-]+(?:\([^)]*\)|::[\w-]+)?)<', text))
        for action, target in re.findall(r'name="action">([\w.-]+)</attribute>\s*<attribute '
                                         r'name="target"[^>]*>([^<]+)<', text):
            actions |= {f"{action}::{target}", f"{action}({target})"}
    return actions


def report(number, title, problems):
    for problem in problems:
        print(f"# {problem}")
    print(f"{'not ok' if problems else 'ok'} {number} - {title}", flush=True)
    return bool(problems)


def main():
    root = pathlib.Path(sys.argv[1])
    listed = listed_keys(root)
    shortcuts = list(application_shortcuts(root))
    bound = [(name, key) for name, key in bound_keys(root)
             if not OTHER_NAMES.fullmatch(key.split(">")[-1])]
    known = {key for _, keys in shortcuts for key in keys} | {key for _, key in bound} | OF_GTK
    offered = menu_actions(root)

    print("1..4")
    failed = report(1, "the shortcuts window lists every key of the application",
                    [f"{action}: {key}" for action, keys in shortcuts for key in keys
                     if key not in listed] + ([] if shortcuts else ["no table was found"]))
    failed |= report(2, "it lists every key of pages and drawings",
                     sorted({f"{name}: {key}" for name, key in bound if key not in listed}))
    failed |= report(3, "it promises no other",
                     sorted(key for key in listed if key not in known))
    failed |= report(4, "what has a key stands in a menu or on a button",
                     [action for action, _ in shortcuts
                      if action not in offered and action != OPENS_MENU])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
