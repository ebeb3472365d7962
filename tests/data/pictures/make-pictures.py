#!/usr/bin/python3
"""Draws the pictures of this folder: one motif in every kind of file.

The left half is white, the right half red (in grey: the luminance of red).
Needs Pillow and numpy; run where the pictures shall be.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import numpy
from PIL import Image

WIDTH, HEIGHT = 32, 16


def motif(left, right):
    picture = Image.new("RGB", (WIDTH, HEIGHT), right)
    picture.paste(left, (0, 0, WIDTH // 2, HEIGHT))
    return picture


def main():
    rgb = motif((255, 255, 255), (255, 0, 0))
    other = motif((0, 0, 255), (0, 0, 0))
    exact = {"quality": 95, "subsampling": 0}

    rgb.save("plain.png")
    rgb.save("plain.bmp")
    rgb.save("plain.ppm")
    rgb.save("plain.tif", compression="tiff_lzw")
    rgb.save("plain.jpg", **exact)
    rgb.save("progressive.jpg", progressive=True, **exact)
    rgb.convert("P", palette=Image.Palette.ADAPTIVE).save("palette.png")
    rgb.convert("CMYK").save("cmyk.jpg", **exact)
    rgb.convert("L").save("grey.jpg", **exact)

    clear = rgb.convert("RGBA")
    clear.putalpha(255)
    clear.paste((255, 255, 255, 0), (0, 0, WIDTH // 2, HEIGHT // 2))
    clear.save("clear-corner.png")

    orientation = rgb.getexif()
    orientation[0x0112] = 6  # the camera was held upright
    rgb.save("upright.jpg", exif=orientation, **exact)

    grey = numpy.asarray(rgb.convert("L"), dtype=numpy.uint16)
    Image.fromarray(grey * 257).save("grey-16-bit.png")

    rgb.save("moving.gif", save_all=True, append_images=[other], duration=100, loop=0)
    rgb.save("lossless.webp", lossless=True)
    rgb.save("lossy.webp", quality=95)
    rgb.save("moving.webp", save_all=True, append_images=[other], lossless=True)


if __name__ == "__main__":
    main()
