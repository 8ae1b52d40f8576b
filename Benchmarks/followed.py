"""From the rename of a followed certificate to the server that serves only the new one."""

import figures
import host

SECTION = "From a renewed certificate to its answer"
BARE, BARE_PORT = "beside-bare", 9500
# One persistent connection to the bus and one inotify watch: ReloadUnit at once, nothing looked at.
PROGRAM = "bare program"
# Of the issue of time: what safety may cost.
AIM = 1.1
CALL_AIM_SECONDS = 0.002
FOLDER = "/srv/followed"

# Certificates of one private CA, each in one file with its key and its root. Each ends later than the
# one before, as a worse one would be held.
CERTIFICATES = """
set -e
umask 027
mkdir -p {folder}/new && cd {folder}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3000 -subj /CN=Root \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign \
    -keyout root.key -out root.pem 2>/dev/null
printf '%s\\n' basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
    extendedKeyUsage=serverAuth subjectAltName=DNS:ec.example.test subjectKeyIdentifier=hash \
    authorityKeyIdentifier=keyid >leaf.ext
for number in $(seq 0 {count}); do
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=ec.example.test \
        -keyout leaf.key -out leaf.csr 2>/dev/null
    openssl x509 -req -in leaf.csr -CA root.pem -CAkey root.key -days $((100 + number)) \
        -extfile leaf.ext -out leaf.pem 2>/dev/null
    cat leaf.pem root.pem leaf.key >new/$number.pem
done
chgrp -R supervisord-ec . && chmod 640 new/*.pem && chmod 755 . new
mv new/0.pem bundle.pem
cp bundle.pem /etc/beside/{bare}/bundle.pem
ln -sf bundle.pem /etc/beside/{bare}/chain.pem && ln -sf bundle.pem /etc/beside/{bare}/key.pem
"""


def measure(figures_, deb, rounds):
    """The same renewal through us and through a program that only reloads, by turns, in one container."""
    with host.Host("followed", deb) as bench:
        bench.start_beside(BARE, BARE_PORT)
        prepare(bench, 2 * rounds)
        answer = bench.inside("followed", str(rounds), bench.story.name, FOLDER, BARE, timeout=60 * rounds)
        what = "only the renewed certificate is served"
        theirs = figures_.add(SECTION, what, PROGRAM, "s", answer["bare"])
        ours = figures_.add(SECTION, what, figures.OURS, "s", answer["ours"])
        figures_.ratio(SECTION, what, ours, theirs, AIM)
        record_calls(figures_, bench, answer)
        for subject, unit, began in ((PROGRAM, BARE, answer["bare_began"]),
                                     (figures.OURS, "nginx", answer["ours_began"])):  # fmt: skip
            for what, seconds in stages(bench, f"{unit}.service", began).items():
                figures_.add(SECTION, what, subject, "s", seconds)


def prepare(bench, count):
    """The certificates, the program beside, and the service that follows."""
    machine, story = bench.machine, bench.story
    machine.run(CERTIFICATES.format(folder=FOLDER, count=count, bare=BARE))
    for key, value in (("certificate", f"{FOLDER}/bundle.pem"), ("key_file", f"{FOLDER}/bundle.pem"),
                       ("source", "followed")):  # fmt: skip
        story.set(f"certificate.{key}", value)
    story.wait_for("the followed certificate", lambda r: r["certificate"]["source"] == "followed"
                   and r["state"] == "good" and not r["generation"]["trial"])  # fmt: skip
    machine.systemctl("reload", BARE)
    machine.background("bench-bare", f"exec python3 {host.INSIDE}/reload_at_once.py"
                       f" /etc/beside/{BARE} bundle.pem {BARE}.service")  # fmt: skip


def record_calls(figures_, bench, answer):
    """From the event to the call, as the journal tells of ours and the program of its own."""
    what = "the change is seen to the call is sent"
    texts = bench.machine.run(["journalctl", "--quiet", "--output=cat", "--unit=bench-bare"]).stdout
    theirs = [int(text) / 1e6 for text in texts.split() if text.isdigit()]
    if theirs:
        figures_.add(SECTION, what, PROGRAM, "s", theirs)
    reacted = [
        int(entry["SUPERVISORD_EC_REACTED_USEC"]) / 1e6
        for entry in bench.story.entries(f"SUPERVISORD_EC_SERVICE={bench.story.name}")
        if "SUPERVISORD_EC_REACTED_USEC" in entry
        and int(entry["__MONOTONIC_TIMESTAMP"]) / 1e6 >= answer["ours_began"][0]
    ]
    figures_.add(SECTION, what, figures.OURS, "s", reacted, CALL_AIM_SECONDS)


def stages(bench, unit, began):
    """Where the time goes, by the journal of systemd's own doings."""
    entries = [
        (int(entry["__MONOTONIC_TIMESTAMP"]) / 1e6, entry["MESSAGE"])
        for entry in bench.story.entries("_PID=1", f"UNIT={unit}")
        if isinstance(entry.get("MESSAGE"), str)
    ]
    result = {}
    for last in began:
        for what, word in (("of it: rename to reload begins", "Reloading "),
                           ("of it: reload runs", "Reloaded ")):  # fmt: skip
            moment = next((t for t, text in entries if t >= last and text.startswith(word)), None)
            if moment is None:
                break
            result.setdefault(what, []).append(moment - last)
            last = moment
    return result
