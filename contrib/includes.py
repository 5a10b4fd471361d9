#!/usr/bin/env python3
"""Checks that includes point one way: from a folder of src to those before it in ORDER.

    python3 contrib/includes.py

A folder's front door is include/hfssh/FOLDER/; a header beside its source is for that folder alone.
Prints each include that breaks a rule, and each front-door header that no other folder includes.
"""
import os
import re
import sys

# A folder may include itself and those before it. Of a set, none may include another.
ORDER = [
    {"system"}, {"hub"},
    {"ssh/config"}, {"ssh/words"}, {"ssh/closed"}, {"ssh/without"},
    {"identity"}, {"settings"}, {"reuse"}, {"transport"},
    {"native/line"}, {"native/session"}, {"repository"},
    {"manage/report"}, {"manage/context"}, {"manage/command"},
    {"manage/keys", "manage/hostkeys"}, {"manage/choice"}, {"manage/access"}, {"manage/setup"},
    {"manage/doctor"}, {"manage/front"}, {"main"},
]
RANK = {folder: rank for rank, folders in enumerate(ORDER) for folder in folders}


def sources(root):
    """(path, folder, is it a front-door header?) of each source."""
    for top in ("include/hfssh", "src"):
        for directory, _, names in os.walk(os.path.join(root, top)):
            folder = os.path.relpath(directory, os.path.join(root, top))
            for name in sorted(names):
                if name.endswith((".hpp", ".cpp")):
                    yield os.path.join(directory, name), folder, top != "src"


def included(path):
    with open(path, encoding="utf-8") as text:
        return re.findall(r'^#include "([^"]+)"', text.read(), flags=re.M)


def main():
    root = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    wrong, doors, used = [], {}, set()
    for path, folder, is_door in sources(root):
        shown = os.path.relpath(path, root)
        if folder not in RANK:
            wrong.append(f"{shown}: {folder} has no place in the order")
            continue
        if is_door:
            doors["hfssh/" + folder + "/" + os.path.basename(path)] = shown
        for name in included(path):
            if not name.startswith("hfssh/"):
                if "/" in name and os.path.dirname(name) != folder:
                    wrong.append(f"{shown}: {name} is inside another folder")
                continue
            other = os.path.dirname(name)[len("hfssh/"):]
            if other == folder:
                if is_door:
                    used.add(name)  # part of a door that others use
                continue
            used.add(name)
            if RANK.get(other, len(ORDER)) >= RANK[folder]:
                wrong.append(f"{shown}: {name} points back up")
    wrong += [f"{shown}: no other folder includes it; it belongs beside its source"
              for name, shown in sorted(doors.items()) if name not in used]
    for line in wrong:
        print(line)
    if not doors:
        print("no header was found")
    return 1 if wrong or not doors else 0


if __name__ == "__main__":
    sys.exit(main())
