"""Renames a renewed certificate into place and waits until only it is served: through us, and bare.

usage: followed.py ROUNDS NAME FOLDER BARE_UNIT
Answers the times of all rounds, in seconds, and at which moment each began (CLOCK_MONOTONIC).
"""

import hashlib
import json
import os
import ssl
import sys
import time

import answers
import port_change

LONGEST_WAIT_SECONDS = 60
# So many handshakes in a row have to show the new one: old workers of nginx may answer in between.
STREAK = 20


def fingerprint(path):
    """SHA-256 of the first certificate of a file."""
    with open(path, encoding="ascii") as file:
        text = file.read()
    end = "-----END CERTIFICATE-----"
    first = text[text.index("-----BEGIN CERTIFICATE") : text.index(end) + len(end)]
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).digest()


def renew(new, path, port):
    """When it began, and how long until the first of the handshakes that all show the new one."""
    wanted = fingerprint(new)
    start = time.monotonic()
    os.rename(new, path)
    since, streak = None, 0
    while time.monotonic() - start < LONGEST_WAIT_SECONDS:
        served = answers.certificate(port)
        if served is not None and hashlib.sha256(served).digest() == wanted:
            since = since or time.monotonic()
            streak += 1
            if streak == STREAK:
                return start, since - start
        else:
            since, streak = None, 0
        time.sleep(answers.PAUSE_SECONDS)
    raise SystemExit(f"\"{path}\" is not served at port {port}")


def main():
    rounds, name, folder, unit = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    result = {"ours": [], "bare": [], "ours_began": [], "bare_began": []}
    for number in range(rounds):
        for subject, path, port in (("ours", f"{folder}/bundle.pem", 8383),
                                    ("bare", f"/etc/beside/{unit}/bundle.pem", 9500)):  # fmt: skip
            new = f"{folder}/new/{2 * number + (1 if subject == 'ours' else 2)}.pem"
            start, waited = renew(new, path, port)
            result[f"{subject}_began"].append(start)
            result[subject].append(waited)
            port_change.rest(name)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
