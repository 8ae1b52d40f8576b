"""What a bare program does: one inotify watch, one connection to the bus, ReloadUnit at each rename.

usage: reload_at_once.py FOLDER FILE UNIT
It looks at nothing and undoes nothing. Prints for each rename the microseconds from the event to the
call.
"""

import ctypes
import os
import select
import struct
import sys
import time

IN_MOVED_TO = 0x80
HEADER = struct.Struct("iIII")
EVENT_BYTES = 4096

libc = ctypes.CDLL("libc.so.6", use_errno=True)
systemd = ctypes.CDLL("libsystemd.so.0")


def checked(result, call):
    """A negative result is an error."""
    if result < 0:
        raise SystemExit(f"{call}: {result}")
    return result


def names(events):
    """The names in a buffer of inotify(7)."""
    position = 0
    while position < len(events):
        length = HEADER.unpack_from(events, position)[3]
        position += HEADER.size
        yield events[position : position + length].rstrip(b"\0").decode()
        position += length


def main():
    folder, file, unit = sys.argv[1:4]
    bus = ctypes.c_void_p()
    checked(systemd.sd_bus_open_system(ctypes.byref(bus)), "sd_bus_open_system")
    watch = checked(libc.inotify_init(), "inotify_init")
    checked(libc.inotify_add_watch(watch, folder.encode(), IN_MOVED_TO), "inotify_add_watch")
    connection = checked(systemd.sd_bus_get_fd(bus), "sd_bus_get_fd")
    while True:
        ready, _, _ = select.select([watch, connection], [], [])
        if watch in ready:
            seen = time.monotonic_ns()
            if file in names(os.read(watch, EVENT_BYTES)):
                sent = systemd.sd_bus_call_method_async(
                    bus, None, b"org.freedesktop.systemd1", b"/org/freedesktop/systemd1",
                    b"org.freedesktop.systemd1.Manager", b"ReloadUnit", None, None, b"ss",
                    ctypes.c_char_p(unit.encode()), ctypes.c_char_p(b"replace"))  # fmt: skip
                checked(sent, "ReloadUnit")
                checked(systemd.sd_bus_flush(bus), "sd_bus_flush")
                print((time.monotonic_ns() - seen) // 1000, flush=True)
        while checked(systemd.sd_bus_process(bus, None), "sd_bus_process") > 0:
            pass


if __name__ == "__main__":
    main()
