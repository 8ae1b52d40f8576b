"""Edits a file again and again, by turns by rename and in place; then waits for the last edit.

usage: edit_often.py FILE COUNT PAUSE_SECONDS FIRST TEMPLATE LAST_PORT SHIFT
FIRST is "rename" or "in-place"; each @ in TEMPLATE becomes the port, each newline is written as \\n;
SHIFT is added to every port.
Answers how long the edits took, and how long after the last one its port answered (or null).
"""

import json
import os
import sys
import time

import answers

# In-place edits act after a quiet time of 2 s, and 30 s at the latest behind a constant writer.
LONGEST_WAIT_SECONDS = 40
# Ports of all edits but the last: few, as an administrator who cannot decide.
PORTS = range(9600, 9620)


def edit(path, text, rename):
    if rename:
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".new", path)
    else:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def main():
    path, count, pause, first, template, last, shift = sys.argv[1:]
    template = template.replace("\\n", "\n")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    last, ports = int(last) + int(shift), [port + int(shift) for port in PORTS]
    rename = first == "rename"
    start = time.monotonic()
    for number in range(int(count)):
        time.sleep(max(0.0, start + number * float(pause) - time.monotonic()))
        port = last if number == int(count) - 1 else ports[number % len(ports)]
        edit(path, template.replace("@", str(port)), rename)
        rename = not rename
    edited = time.monotonic() - start
    waited = answers.wait_for(last, LONGEST_WAIT_SECONDS)
    print(json.dumps({"edited": edited, "waited": waited}))


if __name__ == "__main__":
    main()
