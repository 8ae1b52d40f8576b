"""What certificates cost: judging a chain, making a thousand of our own, each beside openssl."""

import json
import pathlib
import subprocess
import tempfile
import time

import figures
import host
import programs

SECTION = "Certificates"
# Of the issue of time: what judging everything may cost beside verifying signatures.
CHECK_AIM = 3
# Faster than openssl.
MAKE_AIM = 1
VERIFY, REQ = "openssl verify", "openssl req -x509, in a loop"

# A root, an intermediate and a server's certificate, as a company's CA issues them.
CHAIN = """
set -e
mkdir -p {folder} && cd {folder}
new() {{ openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "$@" 2>/dev/null; }}
new -x509 -days 3000 -subj "/CN=Root" -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign -keyout root.key -out root.pem
printf '%s\\n' basicConstraints=critical,CA:TRUE keyUsage=critical,keyCertSign \
    subjectKeyIdentifier=hash authorityKeyIdentifier=keyid >middle.ext
new -subj "/CN=Issuing CA" -keyout middle.key -out middle.csr
openssl x509 -req -in middle.csr -CA root.pem -CAkey root.key -days 1000 -extfile middle.ext \
    -out middle.pem 2>/dev/null
printf '%s\\n' basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
    extendedKeyUsage=serverAuth subjectAltName=DNS:ec.example.test subjectKeyIdentifier=hash \
    authorityKeyIdentifier=keyid >leaf.ext
new -subj "/CN=ec.example.test" -keyout key.pem -out leaf.csr
openssl x509 -req -in leaf.csr -CA middle.pem -CAkey middle.key -days 90 -extfile leaf.ext \
    -out leaf.pem 2>/dev/null
cat leaf.pem middle.pem >chain.pem
"""


def measure(figures_, deb, rounds, count):
    """Both, with what is beside in the same run."""
    checked(figures_, deb, rounds)
    made(figures_, count)


def checked(figures_, deb, rounds):
    """`certificate check` of an ordinary chain and `openssl verify` of it, whole processes, by turns."""
    folder = "/root/chain"
    with host.Host("certificates", deb) as bench:
        bench.machine.run(CHAIN.format(folder=folder))
        answer = bench.inside("by_turns", str(rounds), folder, json.dumps({
            figures.OURS: ["supervisord-ec", "certificate", "check", "--chain", "chain.pem",
                           "--key", "key.pem", "--trust", "root.pem", "--name", "ec.example.test"],
            VERIFY: ["openssl", "verify", "-x509_strict", "-purpose", "sslserver",
                     "-verify_hostname", "ec.example.test", "-trusted", "root.pem", "-untrusted",
                     "middle.pem", "leaf.pem"],
            "supervisord-ec --version": ["supervisord-ec", "--version"],
        }))  # fmt: skip
    what = "a chain is judged, whole process"
    theirs = figures_.add(SECTION, what, VERIFY, "s", answer["wall"][VERIFY])
    ours = figures_.add(SECTION, what, figures.OURS, "s", answer["wall"][figures.OURS])
    figures_.ratio(SECTION, what, ours, theirs, CHECK_AIM)
    cpu = f"{what}: processor"
    theirs = figures_.add(SECTION, cpu, VERIFY, "s", answer["processor"][VERIFY])
    ours = figures_.add(SECTION, cpu, figures.OURS, "s", answer["processor"][figures.OURS])
    figures_.ratio(SECTION, cpu, ours, theirs, CHECK_AIM)
    empty = "supervisord-ec --version"
    figures_.add(SECTION, f"of it: {empty}", figures.OURS, "s", answer["processor"][empty])


def made(figures_, count):
    """Generations of `count` services, and as many certificates by openssl, on the same disk."""
    program = programs.built("StagingBenchmark")
    with tempfile.TemporaryDirectory(prefix="supervisord-ec-bench-", dir="/var/tmp") as folder:
        base = pathlib.Path(folder)
        for part in ("var/lib/supervisord-ec", "usr/lib/supervisord-ec"):
            (base / part).mkdir(parents=True)
        profiles = host.root.PROJECT / "packaging" / "profiles"
        run = subprocess.run([program, str(count), folder, profiles], check=True,
                             capture_output=True, text=True)  # fmt: skip
        beside = base / "beside"
        beside.mkdir()
        theirs = [by_openssl(beside, number) for number in range(count)]
    ours = json.loads(run.stdout)["values"]
    what = "a self-signed certificate is made"
    theirs = figures_.add(SECTION, what, REQ, "s", theirs)
    ours = figures_.add(SECTION, f"{what}, with its generation, flushed", figures.OURS, "s", ours)
    figures_.add(SECTION, f"{count} of them", f"{ours.subject} : {REQ}", "times",
                 [sum(ours.values) / sum(theirs.values)], MAKE_AIM)  # fmt: skip


def by_openssl(folder, number):
    """Seconds of one certificate: nothing rendered, nothing flushed."""
    start = time.monotonic()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "365", "-subj", f"/CN=service-{number}.example.com", "-addext",
         f"subjectAltName=DNS:service-{number}.example.com", "-keyout", folder / f"{number}.key",
         "-out", folder / f"{number}.pem"],
        check=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return time.monotonic() - start
