"""Writes certificates octet by octet (ITU-T X.690, RFC 5280), wrong ones too."""

from datetime import datetime, timedelta, timezone

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa

NOW = datetime(2026, 6, 1, tzinfo=timezone.utc)
HASHES = {
    "md5": hashes.MD5, "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256,
    "sha384": hashes.SHA384, "sha512": hashes.SHA512,
}


def tlv(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        head = bytes([size])
    else:
        octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
        head = bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + head + content


def seq(*parts):
    return tlv(0x30, *parts)


def integer(value):
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(text):
    numbers = [int(part) for part in text.split(".")]
    out = b""
    for number in [numbers[0] * 40 + numbers[1]] + numbers[2:]:
        octets = [number & 0x7F]
        while number := number >> 7:
            octets.append(number & 0x7F | 0x80)
        out += bytes(reversed(octets))
    return tlv(6, out)


def bits(value, unused=0):
    return tlv(3, bytes([unused]), value)


def octets(value):
    return tlv(4, value)


def boolean(value):
    return tlv(1, b"\xff" if value else b"\x00")


NULL = tlv(5)


def utc(moment):
    return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def generalized(moment):
    return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def time(moment):
    if isinstance(moment, bytes):
        return moment
    return utc(moment) if moment.year < 2050 else generalized(moment)


def days(count):
    return NOW + timedelta(days=count)


# Names.

ATTRIBUTES = {"CN": "2.5.4.3", "O": "2.5.4.10", "C": "2.5.4.6", "OU": "2.5.4.11"}


def attribute(kind, text, tag=0x0C):
    number = ATTRIBUTES.get(kind, kind)
    return tlv(0x31, seq(oid(number), tlv(tag, text.encode())))


def name(*parts):
    """`name("O=Company", "CN=a")`; a part may be octets already."""
    return seq(*(p if isinstance(p, bytes) else attribute(*p.split("=", 1)) for p in parts))


def dns(text):
    return tlv(0x82, text if isinstance(text, bytes) else text.encode())


def ip(text):
    import ipaddress

    return tlv(0x87, text if isinstance(text, bytes) else ipaddress.ip_address(text).packed)


def net(text):
    import ipaddress

    network = ipaddress.ip_network(text)
    return tlv(0x87, network.network_address.packed + network.netmask.packed)


def email(text):
    return tlv(0x81, text.encode())


def uri(text):
    return tlv(0x86, text.encode())


def directory(encoded):
    return tlv(0xA4, encoded)


def other(number, value):
    return tlv(0xA0, oid(number), tlv(0xA0, value))


# Extensions: number, whether critical, value.


def extension(number, critical, value):
    return seq(oid(number), boolean(True) if critical else b"", octets(value))


def basic(ca, path=None, critical=True):
    value = seq(boolean(True) if ca else b"", b"" if path is None else integer(path))
    return extension("2.5.29.19", critical, value)


USAGES = [
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
]


def usage(*names, critical=True):
    value = sum(1 << (15 - USAGES.index(one)) for one in names)
    if value == 0:
        return extension("2.5.29.15", critical, bits(b""))
    raw = value.to_bytes(2, "big")
    raw = raw if raw[1] else raw[:1]
    last = raw[-1]
    return extension("2.5.29.15", critical, bits(raw, (last & -last).bit_length() - 1))


def purposes(*numbers, critical=False):
    known = {"server": "1.3.6.1.5.5.7.3.1", "client": "1.3.6.1.5.5.7.3.2", "any": "2.5.29.37.0",
             "code": "1.3.6.1.5.5.7.3.3", "ocsp": "1.3.6.1.5.5.7.3.9",
             "sgc": "2.16.840.1.113730.4.1"}
    return extension("2.5.29.37", critical, seq(*(oid(known.get(n, n)) for n in numbers)))


def alternative(*names, critical=False):
    return extension("2.5.29.17", critical, seq(*names))


def subject_id(value, critical=False):
    return extension("2.5.29.14", critical, octets(value))


def authority_id(value=None, issuer=None, serial=None, critical=False):
    parts = b"" if value is None else tlv(0x80, value)
    if issuer is not None:
        parts += tlv(0xA1, directory(issuer))
    if serial is not None:
        parts += tlv(0x82, integer(serial)[2:])
    return extension("2.5.29.35", critical, seq(parts))


def constraints(permitted=(), excluded=(), critical=True):
    def subtrees(tag, bases):
        if not bases:
            return b""
        return tlv(tag, *(b if b[:1] == b"\x30" else seq(b) for b in bases))

    value = seq(subtrees(0xA0, permitted), subtrees(0xA1, excluded))
    return extension("2.5.29.30", critical, value)


def policies(*numbers, critical=False):
    return extension("2.5.29.32", critical, seq(*(seq(oid(n)) for n in numbers)))


def policy_constraints(require=None, inhibit=None, critical=True):
    parts = b""
    if require is not None:
        parts += tlv(0x80, integer(require)[2:])
    if inhibit is not None:
        parts += tlv(0x81, integer(inhibit)[2:])
    return extension("2.5.29.36", critical, seq(parts))


def mappings(*pairs, critical=True):
    return extension("2.5.29.33", critical, seq(*(seq(oid(a), oid(b)) for a, b in pairs)))


def inhibit_any(count, critical=True):
    return extension("2.5.29.54", critical, integer(count))


# Keys and signatures.

CURVES = {
    "p192": ec.SECP192R1, "p224": ec.SECP224R1, "p256": ec.SECP256R1, "p384": ec.SECP384R1,
    "p521": ec.SECP521R1, "k256": ec.SECP256K1, "bp256": ec.BrainpoolP256R1,
}


def make_key(kind):
    if kind in CURVES:
        return ec.generate_private_key(CURVES[kind]())
    if kind.startswith("rsa"):
        size, _, exponent = kind[3:].partition("e")
        return rsa.generate_private_key(int(exponent or 65537), int(size))
    if kind == "dsa":
        return dsa.generate_private_key(2048)
    return {"ed25519": ed25519.Ed25519PrivateKey, "ed448": ed448.Ed448PrivateKey}[kind].generate()


def public_info(key):
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def algorithm(key, digest, style="plain"):
    """AlgorithmIdentifier of a signature (RFC 3279, 4055, 5758, 8410)."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        last = {"sha224": "3.1", "sha256": "3.2", "sha384": "3.3", "sha512": "3.4"}
        if digest == "sha1":
            return seq(oid("1.2.840.10045.4.1"))
        return seq(oid("1.2.840.10045.4." + last[digest]))
    if isinstance(key, rsa.RSAPrivateKey):
        if style == "pss":
            number = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1",
                      "sha384": "2.16.840.1.101.3.4.2.2", "sha512": "2.16.840.1.101.3.4.2.3"}
            inner = seq(oid(number[digest]), NULL)
            size = HASHES[digest]().digest_size
            return seq(
                oid("1.2.840.113549.1.1.10"),
                seq(tlv(0xA0, inner), tlv(0xA1, seq(oid("1.2.840.113549.1.1.8"), inner)),
                    tlv(0xA2, integer(size))))
        last = {"md5": 4, "sha1": 5, "sha224": 14, "sha256": 11, "sha384": 12, "sha512": 13}
        null = b"" if style == "no-null" else NULL
        return seq(oid(f"1.2.840.113549.1.1.{last[digest]}"), null)
    if isinstance(key, dsa.DSAPrivateKey):
        return seq(oid("2.16.840.1.101.3.4.3.2"))
    return seq(oid("1.3.101.112" if isinstance(key, ed25519.Ed25519PrivateKey) else "1.3.101.113"))


def sign(key, content, digest, style="plain"):
    kind = HASHES[digest]()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(content, ec.ECDSA(kind))
    if isinstance(key, rsa.RSAPrivateKey):
        if style == "pss":
            pad = padding.PSS(padding.MGF1(kind), kind.digest_size)
            return key.sign(content, pad, kind)
        return key.sign(content, padding.PKCS1v15(), kind)
    if isinstance(key, dsa.DSAPrivateKey):
        return key.sign(content, kind)
    return key.sign(content)
