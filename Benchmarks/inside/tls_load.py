"""New TLS connections without a pause, one request each; counts each kind of failure.

usage: tls_load.py PORT REPORT      until SIGTERM; then REPORT has the counts, as JSON
"""

import collections
import json
import signal
import socket
import sys
import threading

import answers

SECONDS = 10
PAUSE_SECONDS = 0.002
stop = threading.Event()


def ask(port):
    """One request; the kind of its failure, or `requests`."""
    try:
        connection = socket.create_connection(("127.0.0.1", port), SECONDS)
    except ConnectionRefusedError:
        return "refused connections"
    except OSError:
        return "other errors"
    with connection:
        try:
            tls = answers.context.wrap_socket(connection)
        except OSError:
            return "failed handshakes"
        try:
            with tls:
                tls.sendall(b"GET / HTTP/1.1\r\nHost: ec.example.test\r\nConnection: close\r\n\r\n")
                return "requests" if tls.recv(64).startswith(b"HTTP/1.1 200") else "other errors"
        except OSError:
            return "other errors"


def main():
    port, report = int(sys.argv[1]), sys.argv[2]
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    counts = collections.Counter()
    while not stop.is_set():
        counts[ask(port)] += 1
        stop.wait(PAUSE_SECONDS)
    with open(report, "w", encoding="utf-8") as file:
        json.dump(counts, file)


if __name__ == "__main__":
    main()
