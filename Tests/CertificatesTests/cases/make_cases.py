#!/usr/bin/env python3
"""Makes cases.json: chains that keep or break one rule each, with what has to be said of them.

Needs the Python package "cryptography". Each case names the section that it is about; `codes` are
the refusals of `certificate check`, all of them. Judged at 2026-06-01, with "root" trusted.
"""

import base64
import hashlib
import json
import pathlib
import sys

from der import *

KEYS = {}
ROOT, MIDDLE, LEAF = name("CN=root"), name("CN=middle"), name("CN=leaf")
SERIALS = iter(range(0x7000, 0x10000))


def key(label, kind="p256"):
    if (label, kind) not in KEYS:
        KEYS[label, kind] = make_key(kind)
    return KEYS[label, kind]


def key_id(one):
    return hashlib.sha1(public_info(one)).digest()


def certificate(subject, issuer, own, signer, extensions, serial=None, version=2, start=-30,
                end=300, digest="sha256", style="plain", inner=None, outer=None, info=None,
                signature=None, unique=b""):
    """One certificate; `own` is its key, `extensions` a dictionary of encoded ones."""
    moment = lambda value: days(value) if isinstance(value, (int, float)) else value
    listed = [one for one in extensions.values() if one is not None]
    body = seq(
        b"" if version == 0 else tlv(0xA0, integer(version)),
        integer(next(SERIALS)) if serial is None else serial,
        inner or algorithm(signer, digest, style), issuer,
        seq(time(moment(start)), time(moment(end))), subject, info or public_info(own), unique,
        tlv(0xA3, seq(*listed)) if listed else b"")
    return seq(body, outer or algorithm(signer, digest, style),
               bits(signature or sign(signer, body, digest, style)))


def root(subject=ROOT, own=None, kind="p256", label="root", change={}, **more):
    own = own or key(label, kind)
    extensions = {"basic": basic(True), "usage": usage("keyCertSign", "cRLSign"),
                  "ski": subject_id(key_id(own))} | change
    return certificate(subject, more.pop("issuer", subject), own, own, extensions, **more)


def middle(subject=MIDDLE, issuer=ROOT, own=None, signer=None, kind="p256", label="middle",
           change={}, **more):
    own, signer = own or key(label, kind), signer or key("root")
    extensions = {"basic": basic(True), "usage": usage("keyCertSign", "cRLSign"),
                  "ski": subject_id(key_id(own)), "aki": authority_id(key_id(signer))} | change
    return certificate(subject, issuer, own, signer, extensions, **more)


def leaf(subject=LEAF, issuer=MIDDLE, own=None, signer=None, kind="p256", label="leaf",
         names=None, change={}, **more):
    own, signer = own or key(label, kind), signer or key("middle")
    san = alternative(*(names if names is not None else [dns("a.example")]))
    extensions = {"san": san, "basic": basic(False), "usage": usage("digitalSignature"),
                  "eku": purposes("server"), "ski": subject_id(key_id(own)),
                  "aki": authority_id(key_id(signer))} | change
    return certificate(subject, issuer, own, signer, extensions, **more)


CASES = []


def case(section, title, codes, given=None, trusted=None, host=("a.example",), at=NOW):
    """One case; a code, several, or none for what has to be taken; "?" for any."""
    given = [leaf(), middle()] if given is None else given
    trusted = [root()] if trusted is None else trusted
    codes = codes.split() if isinstance(codes, str) else codes
    CASES.append({
        "section": section, "title": title, "codes": sorted(codes), "names": list(host),
        "at": int(at.timestamp()),
        "given": [base64.b64encode(one).decode() for one in given],
        "trusted": [base64.b64encode(one).decode() for one in trusted],
    })


def of_leaf(section, title, codes, host=("a.example",), **options):
    case(section, title, codes, [leaf(**options), middle()], host=host)


def of_middle(section, title, codes, **options):
    case(section, title, codes, [leaf(), middle(**options)])


def of_root(section, title, codes, **options):
    case(section, title, codes, trusted=[root(**options)])


def main():
    from rules import rules

    rules()
    text = json.dumps({"cases": CASES}, indent=0, sort_keys=True)
    target = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).with_name("cases.json")
    target.write_text(text + "\n")
    print(f"{len(CASES)} cases, {len(text)} bytes")


if __name__ == "__main__":
    sys.modules["make_cases"] = sys.modules["__main__"]
    main()
