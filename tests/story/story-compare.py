#!/usr/bin/python3
"""story-compare.py - from a mistake in the matrix to the images that it is made of

SPDX-License-Identifier: GPL-3.0-or-later
"""
import re
import sys

import story


def compare(open_program):
    """a cell of the confusion matrix opens its images on the Inspect page"""
    program = open_program()
    program.press("ctrl+5")
    page = program.page("SalComparePage")
    page.find("tree table", "Runs")
    page.find("label", says="2,000 of 2,000 test images")
    matrix = page.find("image", "Confusion matrix")
    program.focus(matrix)
    program.press("ctrl+Right")
    said = story.wait("a mistake is said", lambda: re.match(
        r"true (\d), said (\d): (\d+) image", matrix.get_description()))
    program.press("Return")
    grid = program.page("SalImageGrid")
    grid.find("push button", f"said {said[2]} · {said[3]}")
    grid.find("image", says=f"class {said[1]}, wrongly predicted {said[2]}")
    program.page("SalInspectPage").find("label", says=f"true class {said[1]}")
    program.close()


sys.exit(story.main(compare))
