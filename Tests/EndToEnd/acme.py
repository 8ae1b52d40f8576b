"""A real ACME server on loopback, and real clients of Debian's; none of them has a hook of ours.

The server is pebble; it checks http-01 at port 80, where Debian's nginx serves /var/www/html. Its
root is a new one at each start, so to the host it is a private CA that the administrator adds.
"""

import json

DIRECTORY = "https://localhost:14000/dir"
HOST = "ec.example.test"
MAIL = "admin@example.test"
WEBROOT = "/var/www/html"
CHALLENGES = f"{WEBROOT}/.well-known/acme-challenge"
FOLDER = "/srv/pebble"
ROOTS = "/usr/local/share/ca-certificates"

# What the root of the tests has not: the server, and every client of the suite that needs no more.
PACKAGES = ["pebble", "certbot", "lego", "uacme", "dehydrated"]


class Client:
    """How one client is asked for a certificate, and where it keeps it."""

    def __init__(self, certificate, key, issue, renew):
        self.certificate = certificate
        self.key = key
        self.issue = issue
        self.renew = renew


CERTBOT = f"certbot --non-interactive --server {DIRECTORY}"
LEGO = (
    f"lego --accept-tos --email {MAIL} --server {DIRECTORY} --path /etc/lego -d {HOST}"
    f" --http --http.webroot {WEBROOT}"
)
UACME = f"UACME_CHALLENGE_PATH={CHALLENGES} uacme -y -a {DIRECTORY} -c /etc/uacme"
CLIENTS = {
    # below live/ (0700) a link to archive/ (0700); a renewal deletes and makes it
    "certbot": Client(
        f"/etc/letsencrypt/live/{HOST}/fullchain.pem", f"/etc/letsencrypt/live/{HOST}/privkey.pem",
        f"{CERTBOT} certonly --webroot -w {WEBROOT} -d {HOST} --agree-tos -m {MAIL} --no-eff-email",
        f"{CERTBOT} renew --force-renewal --no-random-sleep-on-renew",
    ),
    # certificates/ is 0700; the key is kept, and each file is written in place
    "lego": Client(
        f"/etc/lego/certificates/{HOST}.crt", f"/etc/lego/certificates/{HOST}.key",
        f"{LEGO} run", f"{LEGO} renew --days 100000 --no-random-sleep",
    ),
    # private/ is 0700; renamed over, the old one kept beside it
    "uacme": Client(
        f"/etc/uacme/{HOST}/cert.pem", f"/etc/uacme/private/{HOST}/key.pem",
        f"{UACME} new {MAIL} && {UACME} -h /usr/share/uacme/uacme.sh issue {HOST}",
        f"{UACME} -f -h /usr/share/uacme/uacme.sh issue {HOST}",
    ),
    # certs/ is 0700; ln -sf renames a new link over the old one, which no watch of a file sees
    "dehydrated": Client(
        f"/etc/dehydrated/certs/{HOST}/fullchain.pem", f"/etc/dehydrated/certs/{HOST}/privkey.pem",
        f"dehydrated --register --accept-terms && chmod 700 /etc/dehydrated"
        f" && dehydrated -c -d {HOST}",
        f"dehydrated -c -x -d {HOST}",
    ),
}  # fmt: skip


def start_server(machine):
    """Starts pebble, whose own TLS certificate the host knows from now on, unlike those it issues."""
    machine.run(
        f"mkdir -p {FOLDER} {CHALLENGES} /etc/dehydrated && cd {FOLDER} && openssl req -x509 -nodes"
        " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 30 -subj /CN=localhost"
        " -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>&1"
        f" && cp cert.pem {ROOTS}/pebble-api.crt && update-ca-certificates"
    )
    settings = {
        "listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
        "certificate": f"{FOLDER}/cert.pem", "privateKey": f"{FOLDER}/key.pem",
        "httpPort": 80, "tlsPort": 443, "ocspResponderURL": "",
        "externalAccountBindingRequired": False,
    }  # fmt: skip
    machine.write_file(f"{FOLDER}/config.json", json.dumps({"pebble": settings}))
    machine.write_file(
        "/etc/dehydrated/config", f"CA={DIRECTORY}\nWELLKNOWN={CHALLENGES}\nKEY_ALGO=prime256v1\n"
    )
    # certbot's own timer would renew at a moment of its choice.
    machine.systemctl("disable", "--now", "certbot.timer")
    machine.background(
        "pebble",
        f"PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 exec pebble -config {FOLDER}/config.json"
        f" >{FOLDER}/log 2>&1",
    )
    ask = "curl --silent --fail https://localhost:14000/dir"
    machine.wait_until(lambda: machine.run(ask, check=False).returncode == 0, "pebble answers")


def trust_server(machine):
    """What an administrator does for a private CA."""
    machine.run(
        f"curl --silent --fail https://localhost:15000/roots/0 > {ROOTS}/pebble-root.crt"
        " && update-ca-certificates"
    )


def leaf_sha256(machine, client):
    """The SHA-256 of what a client keeps, lower-case hexadecimal."""
    text = machine.run(f"openssl x509 -in {client.certificate} -noout -fingerprint -sha256").text
    return text.split("=")[1].replace(":", "").lower()
