#!/usr/bin/python3
"""story-quantize.py - the bit width is moved by keys and pointer, and undone

SPDX-License-Identifier: GPL-3.0-or-later
"""
import sys

import story


def move_bits(open_program):
    """[ moves the network, the accuracy follows, Ctrl+Z brings it back"""
    program = open_program()
    program.press("ctrl+2")
    page = program.page("SalQuantizePage")
    page.find("panel", says="Test accuracy, trained here: 99.15 %")
    slider = page.find("slider", "Bit width").get_value_iface()
    at_start = slider.get_current_value()

    program.press("bracketleft", "bracketleft", "bracketleft")
    story.wait("the slider is three stops higher",
               lambda: slider.get_current_value() == at_start - 3)
    page.find("panel", says="Test accuracy, moved here")
    page.find("panel", says="final")
    page.find("label", says="7 bits:")

    program.press("ctrl+z", "ctrl+z", "ctrl+z")
    story.wait("the slider is back", lambda: slider.get_current_value() == at_start)
    page.find("panel", says="Test accuracy, trained here: 99.15 %")
    program.close()


def use_drawings(open_program):
    """a click on the strip chooses bits; arrow keys move the clipping level"""
    program = open_program()
    program.press("ctrl+2")
    page = program.page("SalQuantizePage")
    page.find("panel", says="Test accuracy, trained here")
    strip = page.find("image", "Test accuracy by bit width")
    program.click(strip, x=0.02)
    page.find("panel", says="Test accuracy, full precision")
    program.press("ctrl+z")
    page.find("panel", says="Test accuracy, trained here")

    histogram = page.find("image", says="clipping level")
    before = histogram.get_description()
    program.focus(histogram)
    program.press("ctrl+Left", "ctrl+Left")
    story.wait("the clipping level moved", lambda: histogram.get_description() != before)
    page.find("panel", says="Test accuracy, moved here")
    program.press("ctrl+d")
    program.other_window(histogram.get_name()).find("tree table", histogram.get_name())
    program.press("Escape")
    program.close()


sys.exit(story.main(move_bits, use_drawings))
