#!/usr/bin/env python3
"""check-install.py - an installation has everything, and the desktop finds it

Called with the build folder, the app's id, the prefix and a model file.  The
project is installed into a temporary folder, which is asked as a desktop
would.  Prints TAP.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import configparser
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def run(*command, **variables):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            env=dict(os.environ, **variables), check=False)
    if result.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {result.returncode}: {result.stdout}")
    return result.stdout


def check_files(root, app_id):
    share = root / "share"
    wanted = [root / "bin/saliscope", root / "bin/saliscope-cli",
              share / f"applications/{app_id}.desktop",
              share / f"metainfo/{app_id}.metainfo.xml",
              share / f"icons/hicolor/scalable/apps/{app_id}.svg",
              share / f"icons/hicolor/symbolic/apps/{app_id}-symbolic.svg",
              share / f"glib-2.0/schemas/{app_id}.gschema.xml",
              share / f"mime/packages/{app_id}.xml",
              share / "man/man1/saliscope.1", share / "man/man1/saliscope-cli.1"]
    return [f"{path.relative_to(root)} is not there" for path in wanted
            if not path.is_file() or path.stat().st_size == 0]


def check_programs(root):
    found = []
    for name in ("saliscope", "saliscope-cli"):
        version = run(root / "bin" / name, "--version").split()
        if len(version) != 2 or version[0] != name:
            found.append(f"{name} --version prints {version}")
    return found


def check_launcher(root, app_id):
    """What the desktop file names is installed."""
    launcher = configparser.ConfigParser(interpolation=None)
    launcher.read(root / f"share/applications/{app_id}.desktop")
    entry = launcher["Desktop Entry"]
    found = []
    if not (root / "bin" / entry["Exec"].split()[0]).is_file():
        found.append(f"Exec names {entry['Exec']}")
    if not (root / f"share/icons/hicolor/scalable/apps/{entry['Icon']}.svg").is_file():
        found.append(f"Icon names {entry['Icon']}")
    mime = (root / f"share/mime/packages/{app_id}.xml").read_text()
    found += [f"no MIME type {kind}" for kind in entry["MimeType"].split(";")
              if kind and f'type="{kind}"' not in mime]
    return found


def check_schema(root, app_id):
    run("glib-compile-schemas", "--strict", root / "share/glib-2.0/schemas")
    keys = run("gsettings", "list-keys", app_id, XDG_DATA_DIRS=str(root / "share"),
               GSETTINGS_SCHEMA_DIR=str(root / "share/glib-2.0/schemas"))
    return [] if "window-width" in keys.split() else ["the settings are not found"]


def check_types(root, model):
    """The desktop tells a model of Saliscope from other .safetensors files."""
    run("update-mime-database", root / "share/mime")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        ours = pathlib.Path(folder) / "ours.safetensors"
        other = pathlib.Path(folder) / "other.safetensors"
        shutil.copy(model, ours)
        header = b'{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
        other.write_bytes(len(header).to_bytes(8, "little") + header + b"\0\0\0\0")
        for path, wanted in ((ours, "application/x-saliscope-model"),
                             (other, "application/x-safetensors")):
            told = run("gio", "info", "-a", "standard::content-type", path,
                       XDG_DATA_DIRS=str(root / "share"), XDG_DATA_HOME=folder)
            if f"standard::content-type: {wanted}\n" not in told:
                found.append(f"{path.name} is taken for something else than {wanted}: {told}")
    return found


def main():
    build, app_id, prefix, model = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        # Caches are for the system; a packager makes them later.
        run("meson", "install", "-C", build, "--no-rebuild", "--quiet", DESTDIR=folder)
        root = pathlib.Path(folder) / pathlib.Path(prefix).relative_to("/")
        rules = [("every file is installed", check_files, (root, app_id), ()),
                 ("installed programs start", check_programs, (root,), ()),
                 ("the launcher names what is there", check_launcher, (root, app_id), ()),
                 ("the settings are found", check_schema, (root, app_id), ("gsettings",)),
                 ("model files are known by their type", check_types, (root, model),
                  ("update-mime-database", "gio"))]
        failures = 0
        print(f"1..{len(rules)}")
        for number, (title, rule, arguments, programs) in enumerate(rules, 1):
            missing = [name for name in programs if not shutil.which(name)]
            found = [] if missing else rule(*arguments)
            for line in found:
                print(f"# {line}")
            skip = f" # SKIP {missing[0]} is not installed" if missing else ""
            print(f"{'not ok' if found else 'ok'} {number} - {title}{skip}")
            failures += bool(found)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
