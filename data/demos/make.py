#!/usr/bin/env python3
"""Trains the bundled demo models again, by the recipes in data/recipes.

    data/demos/make.py build/src/cli/saliscope-cli

Writes NAME.safetensors and NAME.csv (the record of the run) for the four
modes beside this file.  The same recipes give the same weights.
"""

import array
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

MODES = ["baseline", "sgt", "pact", "sgt-pact"]
COLUMNS = ["step", "ce", "kl", "train_accuracy", "validation_accuracy",
           "validation_ce", "learning_rate"]


def cell(value):
    return "" if value is None else f"{value:.6g}"


def write_record(database, run, path):
    rows = database.execute(
        f"SELECT {', '.join(COLUMNS)}, alphas FROM metric WHERE run = ? ORDER BY step",
        (run,)).fetchall()
    levels = len(rows[-1][-1] or b"") // 4
    with open(path, "w", encoding="ascii") as file:
        names = COLUMNS + [f"alpha{i + 1}" for i in range(levels)]
        file.write(",".join(names) + "\n")
        for row in rows:
            alphas = array.array("f", row[-1] or b"")
            file.write(",".join(cell(value) for value in [*row[:-1], *alphas]) + "\n")


def main():
    folder = pathlib.Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as home:
        for run, mode in enumerate(MODES, start=1):
            subprocess.run(
                [sys.argv[1], "train", "--home", home, "--preset", f"demo-{mode}",
                 "--output", folder / f"{mode}.safetensors"], check=True)
            with sqlite3.connect(os.path.join(home, "runs.sqlite")) as database:
                write_record(database, run, folder / f"{mode}.csv")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
