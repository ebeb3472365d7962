#!/usr/bin/python3
"""story-inspect.py - one image in several panes, and the figure of them

SPDX-License-Identifier: GPL-3.0-or-later
"""
import re
import sys

import story


def inspect(open_program):
    """an image by its number, a class by its key, other panes, a PNG of all"""
    program = open_program()
    program.press("ctrl+3")
    page = program.page("SalInspectPage")
    page.find("label", "Image 0 · true class 4")
    program.press("ctrl+g")
    program.type("4")
    program.press("Return")
    page.find("label", "Image 4 · true class 0")

    map_view = page.find("image", "Baseline, Gradient, as trained")
    program.click(map_view)
    program.press("7")
    page.find("label", says="explains 7")
    page.gone("label", says="explains 0")
    program.press("p")
    page.find("label", says="explains 0")

    def count_panes():
        return len(list(page.all("push button", "Remove pane")))

    panes = count_panes()
    program.click(next(page.all("push button", "Remove pane")))
    story.wait("there is one pane less", lambda: count_panes() == panes - 1)
    program.click(page.find("push button", "Add pane"))
    story.wait("there is one more pane", lambda: count_panes() == panes)
    map_view = page.find("image", "SGT, Gradient, as trained")

    program.click(map_view)

    def pixel():
        return re.match(r"pixel \((\d+), (\d+)\)", map_view.get_description() or "")

    clicked = story.wait("a pixel is pointed at", pixel)
    program.press("Left", "Up")
    story.wait("the arrow keys point one further in both directions",
               lambda: pixel() and int(pixel()[1]) == int(clicked[1]) - 1
               and int(pixel()[2]) == int(clicked[2]) - 1)

    path = program.home / "panes.png"
    program.choose_from_menu(page.find("push button", "Export"), "PNG")
    program.save_as(path)
    if path.read_bytes()[:8] != b"\x89PNG\r\n\x1a\n":
        raise AssertionError("the figure is no PNG")
    program.close()


def draw(open_program):
    """a stroke, a part of it erased, both taken back; the crosshair follows"""
    program = open_program()
    program.press("ctrl+3")
    page = program.page("SalInspectPage")
    page.find("label", "Image 0 · true class 4")
    program.click(page.find("push button", says="Draw on the image"))
    page.find("label", says="Dragging draws, with Shift it erases")
    map_view = page.find("image", "Baseline, Gradient, as trained")
    before = map_view.get_description()

    program.drag(map_view, (0.5, 0.2), (0.5, 0.8))
    page.find("label", "Image 0, drawn on · true class 4")
    story.wait("the crosshair is where the stroke ends",
               lambda: map_view.get_description() != before)
    program.hold("shift", lambda: program.drag(map_view, (0.5, 0.8), (0.5, 0.5)))
    program.press("ctrl+z")
    page.find("label", "Image 0, drawn on · true class 4")
    program.press("ctrl+z")
    page.find("label", "Image 0 · true class 4")
    program.press("ctrl+shift+z")
    page.find("label", "Image 0, drawn on · true class 4")
    program.close()


sys.exit(story.main(inspect, draw))
