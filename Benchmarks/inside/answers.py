"""Asks a port whether it answers TLS; shared by the scripts that run inside the container."""

import socket
import ssl
import time

context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE

# Between two looks; small against what is measured.
PAUSE_SECONDS = 0.0005


def answers(port):
    """Whether a TLS handshake with the port succeeds."""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            with context.wrap_socket(connection):
                return True
    except OSError:
        return False


def certificate(port):
    """The certificate that the port shows, in DER; None: no handshake succeeds."""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            with context.wrap_socket(connection, server_hostname="ec.example.test") as tls:
                return tls.getpeercert(binary_form=True)
    except OSError:
        return None


def wait_for(port, seconds):
    """How long it took until the port answered; None: not within `seconds`."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        if answers(port):
            return time.monotonic() - start
        time.sleep(PAUSE_SECONDS)
    return None
