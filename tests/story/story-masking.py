#!/usr/bin/python3
"""story-masking.py - pixels are masked by a handle, a stretch is brushed

SPDX-License-Identifier: GPL-3.0-or-later
"""
import re
import sys

import story


def mask(open_program):
    """the handle by keys, a stretch with Shift, the curves as CSV"""
    program = open_program()
    program.press("ctrl+4")
    page = program.page("SalMaskingPage")
    chart = page.find("image", says="handle at 25 percent")
    page.find("label", says="of 2,000 images")
    program.focus(chart)
    program.press("Right", "Right")
    moved = story.wait("the handle is moved", lambda: re.search(
        r"handle at (?!25)(\d+) percent masked, .* percent", chart.get_description()))
    page.find("label", f"{moved[1]} % masked")

    program.press("shift+ctrl+Right", "shift+ctrl+Right")
    page.find("label", says="Right with")
    page.find("label", says="looked at")

    path = program.home / "curves.csv"
    program.choose_from_menu(page.find("push button", "Save figure"), "CSV")
    program.save_as(path)
    lines = path.read_text().splitlines()
    if not lines[0].startswith('"masked') and not lines[0].startswith("masked"):
        raise AssertionError(f"a heading of the curves was expected, not {lines[0]!r}")
    if len(lines) < 5:
        raise AssertionError("the curves have no points")
    program.close()


sys.exit(story.main(mask))
