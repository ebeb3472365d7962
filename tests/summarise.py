#!/usr/bin/env python3
"""summarise.py - one line for all that `meson test` ran

Reads the JSON logs named on the command line, shows the output of every test
that failed, and ends with `N passed, N failed` (and `, N skipped`), counting
the cases inside each TAP program.  A program that crashed, hung or broke its
plan counts as one more failed case.  Exits 1 if anything failed or nothing ran.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import collections
import json
import re
import sys

CASE = re.compile(r"^(not )?ok\b[^#\n]*(# *(?:SKIP|TODO)\b)?", re.M | re.I)
MAX_LINES = 120


def count_cases(test):
    """Passed, failed and skipped cases of one program, as a Counter."""
    cases = collections.Counter()
    for match in CASE.finditer(test.get("stdout", "")):
        cases["skipped" if match[2] else "failed" if match[1] else "passed"] += 1
    if test["result"] not in ("OK", "EXPECTEDFAIL", "SKIP") and not cases["failed"]:
        cases["failed"] += 1
    if not cases:
        cases["skipped" if test["result"] == "SKIP" else "passed"] += 1
    return cases


def show_output(test):
    print(f"\n---- {test['name']}: {test['result']}, exit status {test['returncode']}")
    for stream in ("stdout", "stderr"):
        lines = test.get(stream, "").splitlines()
        if len(lines) > MAX_LINES:
            print(f"[{len(lines) - MAX_LINES} lines left out]")
        print("\n".join(lines[-MAX_LINES:]))


def main():
    total = collections.Counter()
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as log:
            for line in log:
                test = json.loads(line)
                cases = count_cases(test)
                if cases["failed"]:
                    show_output(test)
                total += cases
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"{total['passed']} passed, {total['failed']} failed{skipped}")
    return 1 if total["failed"] or not total else 0


if __name__ == "__main__":
    sys.exit(main())
