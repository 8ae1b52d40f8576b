"""Requests without a pause, for a test that counts the failed ones. Runs inside the container.

usage: load.py REPORT URL...     until SIGTERM; then REPORT has the counts, as JSON
PAUSE in the environment is the time between two requests of a client, in seconds.

Each URL is asked over new connections and over one that is kept alive. A server may close an idle
connection at any moment, so a request on a kept one is sent again, once, on a new one, if it was
closed before the first byte of an answer (RFC 9112, section 9.3.1).
"""

import http.client
import json
import os
import signal
import ssl
import sys
import threading
import urllib.parse

SECONDS = 10
PAUSE_SECONDS = float(os.environ.get("PAUSE", "0.005"))
stop = threading.Event()
lock = threading.Lock()
counts = {"requests": 0, "reconnects": 0, "failures": []}

context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE


def connect(url):
    if url.scheme == "https":
        return http.client.HTTPSConnection(
            url.hostname, url.port, timeout=SECONDS, context=context
        )
    return http.client.HTTPConnection(url.hostname, url.port, timeout=SECONDS)


def ask(connection, url, keep):
    connection.request("GET", url.path, headers={} if keep else {"Connection": "close"})
    answer = connection.getresponse()
    answer.read()
    if answer.status not in (200, 308):
        raise RuntimeError(f"status {answer.status}")


def closed_while_idle(error):
    kinds = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
    return isinstance(error, kinds)


def loop(url, keep):
    connection = None
    while not stop.is_set():
        reused = connection is not None
        try:
            connection = connection or connect(url)
            ask(connection, url, keep)
        except Exception as error:  # each kind counts as a failed request
            connection.close()
            connection = None
            if reused and closed_while_idle(error):
                with lock:
                    counts["reconnects"] += 1
                continue
            with lock:
                counts["failures"].append(f"{url.geturl()}: {error!r}")
            continue
        with lock:
            counts["requests"] += 1
        if not keep:
            connection.close()
            connection = None
        stop.wait(PAUSE_SECONDS)


def main():
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    report, *urls = sys.argv[1:]
    parsed = [urllib.parse.urlsplit(url) for url in urls]
    threads = [threading.Thread(target=loop, args=(u, k)) for u in parsed for k in (True, False)]
    for thread in threads:
        thread.start()
    # Signals are handled by the main thread, which a join would not wake.
    while not stop.wait(0.1):
        pass
    for thread in threads:
        thread.join()
    with open(report, "w", encoding="utf-8") as file:
        json.dump(counts, file)


if __name__ == "__main__":
    main()
