"""story.py - the program as a person uses it: keys, pointer, and what is read

A story starts the program on a display of its own, finds widgets through the
accessibility tree as a screen reader does, acts by keys and pointer
(xdotool), and waits for what should be seen; it never waits for a time.
Coordinates: GTK 4 tells those of a widget in its window, xdotool where the
window is.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

MISSING = [name for name in ("xdotool", "xprop") if shutil.which(name) is None]
try:
    import gi

    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi, GLib
except (ImportError, ValueError):
    MISSING.append("python3-gi with Atspi")

# How long anything may take on a machine that is busy with other things.
PATIENCE = 60 * float(os.environ.get("SALISCOPE_STORY_PATIENCE", "1"))


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def wait(what, condition, patience=PATIENCE):
    """The first value of `condition` that is true; `what` is said if none comes."""
    end = time.monotonic() + patience
    while True:
        try:
            value = condition()
        except GLib.Error:  # what was found has gone meanwhile
            value = None
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.03)


# --- what is read --------------------------------------------------------------


def children(node):
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield child


def below(node):
    """A node and all below it that are visible, depth first."""
    try:
        if not has_state(node, Atspi.StateType.VISIBLE):
            return
        yield node
        for child in children(node):
            yield from below(child)
    except GLib.Error:
        return


def has_state(node, state):
    return node.get_state_set().contains(state)


def name_of(node):
    """What a screen reader says of it first."""
    name = node.get_name()
    if not name:
        text = node.get_text_iface()
        name = text.get_text(0, text.get_character_count()) if text is not None else ""
    return name or ""


class Window:
    """A window of the program, or any part of one."""

    def __init__(self, node):
        self.node = node

    def all(self, role=None, name=None, says=None):
        """Visible nodes, by role, whole name, and words in name or description."""
        for node in below(self.node):
            try:
                if role is not None and node.get_role_name() != role:
                    continue
                words = name_of(node)
                if name is not None and words != name:
                    continue
                if says is not None and says not in words and says not in node.get_description():
                    continue
            except GLib.Error:
                continue
            yield node

    def has(self, role=None, name=None, says=None):
        return next(self.all(role, name, says), None)

    def find(self, role=None, name=None, says=None):
        return wait(f"a {role or 'thing'} called {name or says!r}",
                    lambda: self.has(role, name, says))

    def gone(self, role=None, name=None, says=None):
        wait(f"no more {role or 'thing'} called {name or says!r}",
             lambda: self.has(role, name, says) is None)


class Program(Window):
    """The program, with a store and settings that live as long as the story."""

    def __init__(self, path, home):
        super().__init__(None)
        self.home = pathlib.Path(home)
        environment = dict(
            os.environ, HOME=home, XDG_DATA_HOME=f"{home}/data", XDG_CONFIG_HOME=f"{home}/config",
            XDG_CACHE_HOME=f"{home}/cache", SALISCOPE_HOME=f"{home}/store",
            GSETTINGS_BACKEND="keyfile", G_DEBUG="fatal-criticals", LANGUAGE="C",
            LC_ALL="C.UTF-8", GSK_RENDERER="cairo", GDK_BACKEND="x11", GDK_DEBUG="gl-disable")
        environment.pop("GTK_A11Y", None)
        self.process = subprocess.Popen([path], env=environment)

    def wait_for_window(self):
        self.node = wait("the window opens", self.find_frame)
        self.xid = wait("the window is on the display", self.find_xid)
        run("xdotool", "windowfocus", "--sync", self.xid)

    def find_application(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(i)
            if application is not None and application.get_process_id() == self.process.pid:
                return application
        return None

    def find_frame(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the program ended at its start: {self.process.returncode}")
        application = self.find_application()
        windows = [] if application is None else children(application)
        return next((node for node in windows if has_state(node, Atspi.StateType.SHOWING)), None)

    def find_xid(self):
        found = run("xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)).split()
        return found[-1] if found else None

    # --- reading

    def page(self, kind):
        """The part of the window whose widget is of a kind, such as SalTrainPage."""
        def look(node):
            for child in children(node):
                name = child.get_name() or ""
                if name == kind:
                    return child
                found = None if name.startswith("Sal") else look(child)
                if found is not None:
                    return found
            return None

        return Window(wait(f"a {kind}", lambda: look(self.node)))

    # --- acting

    def other_window(self, title):
        """A second window of the program, by its title."""
        def look():
            application = self.find_application()
            return next((node for node in children(application) if node.get_name() == title
                         and has_state(node, Atspi.StateType.SHOWING)), None)

        return Window(wait(f"a window called {title}", look))

    def origin(self):
        """Where the widgets' coordinates begin on the display."""
        geometry = dict(line.split("=") for line in
                        run("xdotool", "getwindowgeometry", "--shell", self.xid).split()
                        if "=" in line)
        extents = self.node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
        frame = run("xprop", "-id", self.xid, "-notype", "_GTK_FRAME_EXTENTS")
        left, right, top, bottom = ([int(part) for part in frame.split("=")[1].split(",")]
                                    if "=" in frame else [0, 0, 0, 0])
        border_x = (int(geometry["WIDTH"]) - extents.width - left - right) // 2
        border_y = (int(geometry["HEIGHT"]) - extents.height - top - bottom) // 2
        return int(geometry["X"]) + left + border_x, int(geometry["Y"]) + top + border_y

    def point_at(self, node, x=0.5, y=0.5):
        """Moves the pointer to a place in a widget, in shares of its size."""
        left, top = self.origin()
        box = node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
        run("xdotool", "mousemove", "--sync", str(int(left + box.x + box.width * x)),
            str(int(top + box.y + box.height * y)))

    def click(self, node, x=0.5, y=0.5, times=1):
        self.point_at(node, x, y)
        run("xdotool", "click", "--repeat", str(times), "--delay", "60", "1")

    def drag(self, node, start, end):
        """Presses at one place, moves to the other, lets go."""
        self.point_at(node, *start)
        run("xdotool", "mousedown", "1")
        for step in range(1, 9):
            self.point_at(node, start[0] + (end[0] - start[0]) * step / 8,
                          start[1] + (end[1] - start[1]) * step / 8)
        run("xdotool", "mouseup", "1")

    def hold(self, key, act):
        """Does something while a key is held."""
        run("xdotool", "keydown", key)
        act()
        run("xdotool", "keyup", key)

    def press(self, *keys):
        run("xdotool", "key", "--delay", "30", *keys)

    def type(self, text):
        run("xdotool", "type", "--delay", "5", text)

    def focus(self, node, steps=120):
        """Walks to a widget by the Tab key, as whoever has no pointer must."""
        for _ in range(steps):
            if has_state(node, Atspi.StateType.FOCUSED):
                return
            self.press("Tab")
            try:
                wait("the focus moves", lambda: has_state(node, Atspi.StateType.FOCUSED), 0.08)
            except AssertionError:
                continue
        raise AssertionError(f"Tab never reaches {name_of(node)!r}")

    def choose_from_menu(self, button, words):
        """Opens a menu and walks down to the item that says `words`."""
        self.click(button)
        for _ in range(12):
            item = wait("the menu has the focus", self.focused_item)
            if words in name_of(item):
                self.press("Return")
                return
            self.press("Down")
            wait("the focus moves on", lambda: self.focused_item() != item)
        raise AssertionError(f"no item of the menu says {words!r}")

    def focused_item(self):
        """The item of an open menu that has the focus, as a screen reader follows it."""
        application = self.find_application()
        for window in children(application):
            for node in below(window):
                if "menu item" in node.get_role_name() and has_state(node, Atspi.StateType.FOCUSED):
                    return node
        return None

    def save_as(self, path):
        """Types a path into the dialog that asks for one."""
        wait("the dialog opens", lambda: len(list(children(self.find_application()))) > 1)
        self.press("ctrl+a")
        self.type(str(path))
        self.press("Return")
        wait(f"{path.name} is saved", lambda: path.exists() and path.stat().st_size > 0)

    def close(self):
        """Ctrl+Q, and the program ends without complaint."""
        def ends():
            """A key is lost while the focus goes from a closed window to another."""
            run("xdotool", "windowfocus", self.xid)
            self.press("ctrl+q")
            time.sleep(0.3)
            return self.process.poll() is not None

        wait("the program ends", ends)
        if self.process.returncode != 0:
            raise AssertionError(f"the program ended with {self.process.returncode}")

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


# --- telling -------------------------------------------------------------------


def snapshot(name):
    """The display as it was when a story failed, where CI keeps its logs."""
    folder = os.environ.get("SALISCOPE_STORY_PICTURES")
    if folder and shutil.which("import"):
        run("import", "-window", "root", f"{folder}/{name}.png")


def main(*stories):
    """Tells each story in a home of its own; 77 says that it cannot be told here.

    It prints as TAP does, but the accessibility bus writes to the same output.
    """
    if MISSING or not os.environ.get("DISPLAY"):
        print(f"1..0 # SKIP needs {', '.join(MISSING) or 'a display'}")
        return 77
    print(f"1..{len(stories)}", flush=True)
    failed = 0
    manager = shutil.which("xfwm4")
    wm = subprocess.Popen([manager, "--compositor=off", "--sm-client-disable"],
                          stderr=subprocess.DEVNULL) if manager else None
    if wm is not None:
        wait("the window manager is there",
             lambda: "window id" in run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"))
    for number, story in enumerate(stories, 1):
        programs = []
        home = tempfile.mkdtemp(prefix="saliscope-story-")

        def open_program(programs=programs, home=home):
            programs.append(Program(sys.argv[1], home))
            programs[-1].wait_for_window()
            return programs[-1]

        try:
            story(open_program)
            print(f"ok {number} - {story.__doc__}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            snapshot(story.__name__)
            print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), end="")
            print(f"not ok {number} - {story.__doc__}", flush=True)
        finally:
            for program in programs:
                program.kill()
            shutil.rmtree(home, ignore_errors=True)
    if wm is not None:
        wm.terminate()
        wm.wait()
    return 1 if failed else 0
