"""Passwords at a terminal, from descriptors and files: the program of the package, run as it is."""

import fcntl
import os
import pty
import signal
import subprocess
import termios
import time

import pytest

PASSWORD = "correct horse"
# A loaded machine takes its time to start a process.
SECONDS = 30
# What no program writes.
LAST = b"<the end of the test>"


@pytest.fixture(scope="module")
def folder(deb, tmp_path_factory):
    """The program, and a PKCS#12 file that needs a password."""
    place = tmp_path_factory.mktemp("prompt")
    subprocess.run(["dpkg-deb", "-x", deb, place], check=True)
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90"
        " -subj /CN=ec.example.test -keyout key.pem -out cert.pem"
        f" && openssl pkcs12 -export -in cert.pem -inkey key.pem -out ec.pfx"
        f" -passout 'pass:{PASSWORD}'",
        shell=True, check=True, cwd=place, capture_output=True,
    )
    return place


def command(folder, *arguments):
    """What reads the file; it is self-signed, so it is always refused in the end."""
    return [f"{folder}/usr/bin/supervisord-ec", "certificate", "check", "--pkcs12",
            f"{folder}/ec.pfx", *arguments]


class Terminal:
    """A terminal with a program in it."""

    def __init__(self, arguments):
        self.end, self.slave = pty.openpty()
        self.text = b""
        os.set_blocking(self.end, False)
        self.process = subprocess.Popen(
            arguments, stdin=self.slave, stdout=self.slave, stderr=self.slave,
            start_new_session=True,
            preexec_fn=self._take,
        )

    @staticmethod
    def _take():
        """The terminal is its own, and Ctrl-C counts also where the tests run in the background."""
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        for number in (signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, signal.SIG_DFL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.end)
        os.close(self.slave)

    @property
    def shows(self):
        """Whether what is typed is shown."""
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def until(self, predicate, what):
        """Reads what is written until `predicate` holds."""
        deadline = time.monotonic() + SECONDS
        while not predicate():
            try:
                self.text += os.read(self.end, 4096)
            except BlockingIOError:
                time.sleep(0.01)
            assert time.monotonic() < deadline, f"not there: {what}: {self.text}"

    def wait_for(self, words, count=1):
        self.until(lambda: self.text.count(words) >= count, words)

    def ask(self, count=1):
        """Waits until it asks, with what is typed hidden."""
        self.wait_for(b"Password: ", count)
        assert not self.shows

    def type(self, keys):
        os.write(self.end, keys)

    def status(self):
        self.until(lambda: self.process.poll() is not None, "the end")
        # The kernel may still hand on what was written last; what comes after it comes in order.
        os.write(self.slave, LAST)
        self.wait_for(LAST)
        return self.process.returncode


def test_what_is_typed_is_not_shown_and_opens_the_file(folder):
    with Terminal(command(folder)) as terminal:
        terminal.ask()
        terminal.type(PASSWORD.encode() + b"\n")
        assert terminal.status() == 1
        assert b"[self-signed]" in terminal.text and b"[wrong-password]" not in terminal.text
        assert PASSWORD.encode() not in terminal.text
        assert terminal.shows


def test_a_wrong_one_is_said(folder):
    with Terminal(command(folder)) as terminal:
        terminal.ask()
        terminal.type(b"wrong\n")
        assert terminal.status() == 1
        assert b"[wrong-password]" in terminal.text


@pytest.mark.parametrize("end", [b"\x03", b"\x1c", signal.SIGTERM, signal.SIGHUP])
def test_whatever_ends_it_the_terminal_shows_again_what_is_typed(folder, end):
    """Ctrl-C, Ctrl-\\ and signals from elsewhere; the shell sees the signal."""
    with Terminal(command(folder)) as terminal:
        terminal.ask()
        if isinstance(end, bytes):
            terminal.type(end)
            end = {b"\x03": signal.SIGINT, b"\x1c": signal.SIGQUIT}[end]
        else:
            terminal.process.send_signal(end)
        assert terminal.status() == -end
        assert terminal.shows


def test_the_end_of_input_is_no_password(folder):
    with Terminal(command(folder)) as terminal:
        terminal.ask()
        terminal.type(b"\x04")
        assert terminal.status() == 1
        assert b"[password-needed]" in terminal.text
        assert terminal.shows


def test_stopped_it_shows_and_continued_it_asks_again(folder):
    """Ctrl-Z below a shell with job control, as people have it."""
    line = " ".join(command(folder))
    script = f"set -m; {line}; echo stopped; read -r go; fg >/dev/null; echo status $?"
    with Terminal(["bash", "-c", script]) as terminal:
        terminal.ask()
        terminal.type(b"\x1a")
        terminal.wait_for(b"stopped")
        assert terminal.shows
        terminal.type(b"go\n")
        terminal.ask(count=2)
        terminal.type(PASSWORD.encode() + b"\n")
        terminal.wait_for(b"status 1")
        assert b"[self-signed]" in terminal.text
        assert terminal.shows


def run(folder, *arguments, input=None, **options):
    """Without a terminal."""
    return subprocess.run(
        command(folder, *arguments), input=input, capture_output=True, timeout=SECONDS,
        start_new_session=True, **options)


@pytest.mark.parametrize("line", ["{}", "{}\n", "{}\r\n", "{}\nsecond line\n"])
def test_a_descriptor_gives_its_first_line(folder, line):
    done = run(folder, "--password-fd", "0", input=line.format(PASSWORD).encode())
    assert b"[self-signed]" in done.stdout and b"password]" not in done.stdout, done


def test_an_empty_descriptor_is_an_empty_password(folder):
    done = run(folder, "--password-fd", "0", input=b"")
    assert done.returncode == 1
    assert b"password" in done.stdout


def test_a_closed_descriptor_is_said(folder):
    done = run(folder, "--password-fd", "9")
    assert done.returncode == 1
    assert b"descriptor 9" in done.stderr and b"--password-fd 3 3<FILE" in done.stderr


def test_a_terminal_as_descriptor_would_show_it(folder):
    with Terminal(command(folder, "--password-fd", "0")) as terminal:
        assert terminal.status() == 1
        assert b"is a terminal" in terminal.text


def test_without_a_terminal_it_is_asked_for_in_words(folder):
    done = run(folder, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert b"[password-needed]" in done.stdout
