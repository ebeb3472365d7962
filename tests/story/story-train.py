#!/usr/bin/python3
"""story-train.py - a run is started, watched, paused, and continued another day

SPDX-License-Identifier: GPL-3.0-or-later
"""
import re
import sys

import story


def last_step(program, chart):
    """Where the curve ends, by its key and as it is said."""
    program.press("Escape", "End")
    said = re.match(r"step ([\d,.]+)", chart.get_description() or "")
    return float(said[1].replace(",", "")) if said else 0


def train(open_program):
    """F5 starts, pauses and goes on, also after the program was closed"""
    program = open_program()
    program.press("ctrl+n", "F5")
    page = program.page("SalTrainPage")
    progress = program.page("SalProgress")
    progress.find("label", says="epoch 1 of")

    chart = page.find("image", says="Loss: cross entropy")
    program.click(chart)
    first = story.wait("the curve has points", lambda: last_step(program, chart))
    story.wait("the curve grows", lambda: last_step(program, chart) > first)

    program.press("F5")
    progress.find("label", says="paused in epoch")
    program.press("ctrl+d")
    program.other_window("Loss").find("tree table", "Loss")
    program.press("Escape")
    paused = story.wait("the crosshair is at the end", lambda: last_step(program, chart))
    program.close()

    again = open_program()
    again.find("push button", says="Resume")
    page = again.page("SalTrainPage")
    chart = page.find("image", says="Loss: cross entropy")
    again.press("F5")
    again.page("SalProgress").find("label", says="epoch")
    again.click(chart)
    story.wait("the curve goes on behind its old end", lambda: last_step(again, chart) > paused)
    again.press("shift+F5")
    story.wait("the run is stopped, or was at its end before",
               lambda: again.has("push button", says="Resume")
               or again.has("label", says="finished"))
    again.close()


sys.exit(story.main(train))
