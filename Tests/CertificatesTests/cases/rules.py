"""The table: one rule of RFC 5280, 9525 or the Baseline Requirements a line."""

from make_cases import *


def fields():
    case("4.1", "an ordinary chain", "")
    of_leaf("4.1.1.2", "inner and outer algorithm differ", "chain-invalid",
            inner=algorithm(key("middle"), "sha384"))
    of_leaf("4.1.1.3", "a signature that is none", "chain-invalid", signature=b"\x30\x00")
    of_leaf("4.1.2.1", "version 1 with extensions", "chain-invalid", version=0)
    of_leaf("4.1.2.1", "version 2 with extensions", "chain-invalid", version=1)
    of_leaf("4.1.2.1", "version 4", "chain-invalid", version=3)
    of_middle("4.1.2.1", "version 4 of a CA", "chain-invalid", version=3)
    of_root("4.1.2.1", "version 1 of a root", "not-a-ca", version=0,
            change=dict.fromkeys(["basic", "usage", "ski"]))
    case("4.1.2.1", "version 1 of an intermediate", "not-a-ca",
         [leaf(), middle(version=0, change=dict.fromkeys(["basic", "usage", "ski", "aki"]))])
    of_leaf("4.1.2.2", "a serial number of 20 octets", "", serial=integer(2**158))
    of_leaf("4.1.2.2", "a serial number of 21 octets", "chain-invalid", serial=integer(2**165))
    of_middle("4.1.2.2", "a CA's serial number of 21 octets", "chain-invalid",
              serial=integer(2**165))
    of_leaf("4.1.2.2", "serial number 0, to be taken gracefully", "", serial=integer(0))
    of_leaf("4.1.2.2", "a negative serial number, to be taken gracefully", "", serial=integer(-5))
    case("4.1.2.3", "an RSA signature without NULL", "",
         [leaf(signer=key("m2", "rsa2048"), style="no-null"), middle(label="m2", kind="rsa2048")])
    empty = name()
    case("4.1.2.4", "an empty issuer", "chain-invalid",
         [leaf(issuer=empty), middle(subject=empty)])
    case("4.1.2.6", "a CA with an empty subject", "chain-invalid",
         [leaf(issuer=empty)], [root(subject=empty, own=key("middle"))])
    of_leaf("4.1.2.6", "an empty subject, names not critical", "chain-invalid", subject=empty)
    of_leaf("4.1.2.6", "an empty subject, names critical", "", subject=empty,
            change={"san": alternative(dns("a.example"), critical=True)})
    of_leaf("4.1.2.6", "a subject, names critical", "",
            change={"san": alternative(dns("a.example"), critical=True)})
    of_leaf("4.1.2.8", "unique identifiers", "", unique=tlv(0x81, b"\0\1") + tlv(0x82, b"\0\2"))
    # 4.1.2.4 and 7.1: names are compared without case, blanks and kind of string.
    for title, issuer in [
        ("in capitals", name("CN=MIDDLE")), ("with blanks", name("CN=  middle ")),
        ("as PrintableString", name(attribute("CN", "middle", 0x13))),
    ]:
        case("7.1", f"an issuer's name {title}", "", [leaf(issuer=issuer), middle()])
    two = name("O=a", "CN=b")
    case("7.1", "an issuer's name in another order", "chain-incomplete",
         [leaf(issuer=name("CN=b", "O=a")), middle(subject=two)])


def validity():
    def at(title, codes, **more):
        case("4.1.2.5", title, codes, [leaf(**more), middle()])

    at("the last second", "", end=NOW)
    at("a second after the last", "expired", end=NOW - timedelta(seconds=1))
    at("the first second", "", start=NOW)
    at("a second before the first", "not-yet-valid", start=NOW + timedelta(seconds=1))
    at("one second long", "", start=NOW, end=NOW)
    at("it ends before it begins", "expired not-yet-valid", start=10, end=-10)
    at("GeneralizedTime before 2050", "", start=generalized(days(-1)), end=generalized(days(9)))
    at("a fraction of a second", "damaged", end=tlv(0x18, b"20270101000000.5Z"))
    at("no seconds", "damaged", end=tlv(0x17, b"2701010000Z"))
    at("an offset from UTC", "damaged", end=tlv(0x17, b"270101000000+0100"))
    at("no zone", "damaged", end=tlv(0x18, b"20270101000000"))
    at("a month that is none", "damaged", end=tlv(0x17, b"271301000000Z"))
    at("29 February of a common year", "damaged", end=tlv(0x17, b"270229000000Z"))
    at("letters", "damaged", end=tlv(0x17, b"2701aa000000Z"))
    at("UTCTime of 1950", "expired", start=tlv(0x17, b"500101000000Z"),
       end=tlv(0x17, b"991231235959Z"))
    at("UTCTime of 2049", "", end=tlv(0x17, b"491231235959Z"))
    at("no end that is known", "", end=tlv(0x18, b"99991231235959Z"))
    case("4.1.2.5", "an intermediate that has ended", "expired", [leaf(), middle(end=-1)])
    case("4.1.2.5", "an intermediate that has not begun", "not-yet-valid",
         [leaf(), middle(start=1)])
    case("4.1.2.5", "a root that has ended", "expired", trusted=[root(end=-1)])
    case("4.1.2.5", "a root that has not begun", "not-yet-valid", trusted=[root(start=1)])
    case("4.1.2.5", "everything has ended", "expired", [leaf(end=-1), middle(end=-1)],
         [root(end=-1)])
    case("4.1.2.5", "the same after 2050", "", [leaf(start=9000, end=9300), middle(end=10000)],
         [root(end=10000)], at=days(9100))


def identifiers():
    of_leaf("4.2", "an extension twice", "damaged", change={"eku2": purposes("server")})
    of_middle("4.2", "an extension twice", "damaged",
              change={"again": usage("keyCertSign", "cRLSign")})
    of_root("4.2", "an extension twice", "damaged", change={"again": basic(True)})
    of_leaf("4.2", "an extension that nobody knows", "",
            change={"x": extension("1.2.3.4.5", False, NULL)})
    for title, make in [("leaf", of_leaf), ("intermediate", of_middle), ("root", of_root)]:
        make("4.2", f"a critical extension that nobody knows: {title}",
             "unknown-critical-extension", change={"x": extension("1.2.3.4.5", True, NULL)})
    of_leaf("4.2.1.1", "AKI missing", "chain-invalid", change={"aki": None})
    of_middle("4.2.1.1", "AKI missing", "chain-invalid", change={"aki": None})
    of_leaf("4.2.1.1", "AKI critical", "unknown-critical-extension",
            change={"aki": authority_id(key_id(key("middle")), critical=True)})
    case("4.2.1.1", "AKI without a key identifier", "chain-invalid",
         [leaf(change={"aki": authority_id(issuer=ROOT, serial=77)}),
          middle(serial=integer(77))])
    case("4.2.1.1", "AKI with issuer and serial number too", "",
         [leaf(change={"aki": authority_id(key_id(key("middle")), ROOT, 77)}),
          middle(serial=integer(77))])
    case("4.2.1.1", "AKI with another serial number", "chain-incomplete",
         [leaf(change={"aki": authority_id(key_id(key("middle")), ROOT, 78)}),
          middle(serial=integer(77))])
    of_leaf("4.2.1.1", "AKI of another key", "chain-incomplete",
            change={"aki": authority_id(b"other")})
    of_leaf("4.2.1.1", "AKI damaged", "damaged chain-invalid", change={"aki": extension("2.5.29.35", False, b"x")})
    of_root("4.2.1.1", "AKI of the root itself", "",
            change={"aki": authority_id(key_id(key("root")))})
    of_root("4.2.1.1", "AKI of a root names another key", "chain-invalid",
            change={"aki": authority_id(b"another")})
    of_leaf("4.2.1.2", "SKI missing in a server's certificate", "", change={"ski": None})
    of_leaf("4.2.1.2", "SKI critical", "unknown-critical-extension",
            change={"ski": subject_id(b"12345678", critical=True)})
    of_middle("4.2.1.2", "SKI missing", "chain-invalid", change={"ski": None})
    of_middle("4.2.1.2", "SKI critical", "unknown-critical-extension",
              change={"ski": subject_id(key_id(key("middle")), critical=True)})
    of_root("4.2.1.2", "SKI missing", "chain-invalid", change={"ski": None})
    of_root("4.2.1.2", "SKI critical", "unknown-critical-extension",
            change={"ski": subject_id(key_id(key("root")), critical=True)})
    case("4.2.1.2", "SKI made another way", "",
         [leaf(change={"aki": authority_id(b"own way")}),
          middle(change={"ski": subject_id(b"own way")})])
    of_leaf("4.2.1.2", "SKI damaged", "damaged", change={"ski": extension("2.5.29.14", False, b"x")})


def usages():
    of_leaf("4.2.1.3", "no key usage", "", change={"usage": None})
    of_leaf("4.2.1.3", "not critical", "", change={"usage": usage("digitalSignature", critical=False)})
    of_leaf("4.2.1.3", "no bit", "damaged", change={"usage": usage()})
    of_leaf("4.2.1.3", "only signatures of lists", "not-for-servers", change={"usage": usage("cRLSign")})
    of_leaf("4.2.1.3", "may sign certificates and is no CA", "chain-invalid",
            change={"usage": usage("digitalSignature", "keyCertSign")})
    of_leaf("4.2.1.3", "ECDSA that may not sign (RFC 8446 4.4.2.2)", "not-for-servers",
            change={"usage": usage("keyAgreement")})
    of_leaf("4.2.1.3", "RSA that may not sign (RFC 8446 4.4.2.2)", "not-for-servers",
            kind="rsa2048", change={"usage": usage("keyEncipherment")})
    of_leaf("4.2.1.3", "RSA, both usages", "", kind="rsa2048",
            change={"usage": usage("digitalSignature", "keyEncipherment")})
    of_leaf("4.2.1.3", "damaged", "damaged", change={"usage": extension("2.5.29.15", True, b"\x03")})
    of_middle("4.2.1.3", "missing in a CA", "chain-invalid", change={"usage": None})
    of_root("4.2.1.3", "missing in a root", "chain-invalid", change={"usage": None})
    of_middle("4.2.1.3", "a CA that may not sign", "not-a-ca",
              change={"usage": usage("cRLSign", "digitalSignature")})
    of_root("4.2.1.3", "a root that may not sign", "not-a-ca", change={"usage": usage("cRLSign")})
    of_middle("4.2.1.3", "not critical in a CA", "",
              change={"usage": usage("keyCertSign", critical=False)})
    of_middle("4.2.1.9", "not critical in a CA", "chain-invalid",
              change={"basic": basic(True, critical=False)})
    of_root("4.2.1.9", "not critical in a root", "chain-invalid",
            change={"basic": basic(True, critical=False)})
    of_middle("4.2.1.9", "no CA", "not-a-ca", change={"basic": basic(False)})
    of_middle("4.2.1.9", "missing in a CA", "not-a-ca", change={"basic": None})
    of_root("4.2.1.9", "missing in a root", "not-a-ca", change={"basic": None})
    of_root("4.2.1.9", "a root that is no CA", "not-a-ca", change={"basic": basic(False)})
    of_leaf("4.2.1.9", "missing in a server's certificate", "", change={"basic": None})
    of_leaf("4.2.1.9", "FALSE in full, as many CAs write it", "",
            change={"basic": extension("2.5.29.19", True, seq(boolean(False)))})
    of_leaf("4.2.1.9", "a path length and no CA", "chain-invalid",
            change={"basic": basic(False, 0)})
    of_middle("4.2.1.9", "a negative path length", "damaged",
              change={"basic": basic(True, -1)})
    of_middle("4.2.1.9", "a path length without keyCertSign", "not-a-ca chain-invalid",
              change={"basic": basic(True, 0), "usage": usage("cRLSign")})
    of_middle("4.2.1.9", "path length 0, nothing below", "", change={"basic": basic(True, 0)})
    of_root("4.2.1.9", "path length 0, one below", "path-length", change={"basic": basic(True, 0)})
    of_root("4.2.1.9", "path length 1, one below", "", change={"basic": basic(True, 1)})
    of_leaf("4.2.1.9", "damaged", "damaged", change={"basic": extension("2.5.29.19", True, b"\x30\x05")})
    of_leaf("4.2.1.9", "a server's certificate that is a CA", "",
            change={"basic": basic(True), "usage": usage("digitalSignature", "keyCertSign")})


def purposes_and_policies():
    rows = [
        ("none", None, ""), ("servers", purposes("server"), ""),
        ("servers and clients", purposes("client", "server"), ""),
        ("clients", purposes("client"), "not-for-servers"),
        ("anything", purposes("any"), "not-for-servers"),
        ("anything and servers", purposes("any", "server"), ""),
        ("server gated cryptography", purposes("sgc"), "not-for-servers"),
        ("servers, critical", purposes("server", critical=True), ""),
        ("clients, critical", purposes("client", critical=True), "not-for-servers"),
        ("OCSP", purposes("ocsp"), "not-for-servers"),
        ("an unknown one", purposes("1.2.3.4"), "not-for-servers"),
        ("no purpose", purposes(), "not-for-servers"),
        ("damaged", extension("2.5.29.37", False, b"\x04\x00"), "damaged"),
    ]
    for title, value, codes in rows:
        of_leaf("4.2.1.12", title, codes, change={"eku": value})
    of_middle("4.2.1.12", "a CA for servers", "", change={"eku": purposes("server")})
    of_middle("4.2.1.12", "a CA for clients", "not-for-servers", change={"eku": purposes("client")})
    of_root("4.2.1.12", "a root for clients", "not-for-servers", change={"eku": purposes("client")})
    of_leaf("4.2.1.4", "a policy", "", change={"pol": policies("1.2.3")})
    of_leaf("4.2.1.4", "a policy twice", "chain-invalid", change={"pol": policies("1.2.3", "1.2.3")})
    of_leaf("4.2.1.4", "a critical policy", "", change={"pol": policies("1.2.3", critical=True)})
    need = {"pc": policy_constraints(require=0)}
    case("4.2.1.11", "a policy is needed and there", "",
         [leaf(change={"pol": policies("1.2.3")}),
          middle(change={"pol": policies("1.2.3")} | need)])
    case("4.2.1.11", "a policy is needed and not there", "chain-invalid",
         [leaf(), middle(change={"pol": policies("1.2.3")} | need)])
    case("4.2.1.11", "a policy is needed, another is there", "chain-invalid",
         [leaf(change={"pol": policies("1.2.4")}),
          middle(change={"pol": policies("1.2.3")} | need)])
    of_middle("4.2.1.11", "neither field", "chain-invalid", change={"pc": policy_constraints()})
    case("4.2.1.5", "a policy is mapped", "",
         [leaf(change={"pol": policies("1.2.4")}),
          middle(change={"pol": policies("1.2.3"), "map": mappings(("1.2.3", "1.2.4"))} | need)])
    of_middle("4.2.1.5", "anyPolicy is mapped", "chain-invalid",
              change={"pol": policies("1.2.3"), "map": mappings(("2.5.29.32.0", "1.2.3"))})
    case("4.2.1.14", "anyPolicy is forbidden, and a policy needed", "chain-invalid",
         [leaf(change={"pol": policies("2.5.29.32.0")}),
          middle(change={"pol": policies("1.2.3"), "any": inhibit_any(0)} | need)])
    crl = seq(seq(tlv(0xA0, tlv(0xA0, uri("http://a.example/l.crl")))))
    of_leaf("4.2.1.13", "where the list is", "", change={"dp": extension("2.5.29.31", False, crl)})
    of_leaf("4.2.1.13", "the same, critical", "", change={"dp": extension("2.5.29.31", True, crl)})
    aia = seq(seq(oid("1.3.6.1.5.5.7.48.2"), uri("http://a.example/ca.crt")))
    of_leaf("4.2.2.1", "where the issuer is", "",
            change={"aia": extension("1.3.6.1.5.5.7.1.1", False, aia)})
    of_leaf("4.2.2.1", "the same, critical", "unknown-critical-extension",
            change={"aia": extension("1.3.6.1.5.5.7.1.1", True, aia)})


def constraint():
    def row(title, codes, names=None, permitted=(), excluded=(), critical=True, host=(), by=None,
            **more):
        nc = {"nc": constraints(permitted, excluded, critical)}
        chain = [leaf(names=names, **more), middle(change=nc)]
        case("4.2.1.10", title, codes, chain, host=host)

    d = dns
    row("DNS, the name itself", "", permitted=[d("a.example")])
    row("DNS, the domain", "", permitted=[d("example")])
    row("DNS, another domain", "name-constraint", permitted=[d("b.example")])
    row("DNS, part of a label", "name-constraint", [d("xa.example")], permitted=[d("a.example")])
    row("DNS, in capitals", "", [d("A.Example")], permitted=[d("EXAMPLE")])
    row("DNS, everything", "", permitted=[d("")])
    row("DNS, everything forbidden", "name-constraint", excluded=[d("")])
    row("DNS, one of two names", "name-constraint", [d("a.example"), d("b.test")],
        permitted=[d("example")])
    row("DNS, forbidden within permitted", "name-constraint", permitted=[d("example")],
        excluded=[d("a.example")])
    row("DNS, a wildcard within", "", [d("*.a.example")], permitted=[d("a.example")])
    row("DNS, a wildcard that is not forbidden itself", "", [d("*.a.example")],
        excluded=[d("b.a.example")])
    row("DNS, not critical counts", "name-constraint", permitted=[d("b.example")], critical=False)
    row("DNS, the common name does not count", "", names=[ip("192.0.2.1")], permitted=[d("b.example")],
        subject=name("CN=a.example"))
    row("IPv4, within", "", [ip("192.0.2.7")], permitted=[net("192.0.2.0/24")])
    row("IPv4, outside", "name-constraint", [ip("198.51.100.7")], permitted=[net("192.0.2.0/24")])
    row("IPv4, forbidden", "name-constraint", [ip("192.0.2.7")], excluded=[net("192.0.2.0/24")])
    row("IPv4, only IPv6 is permitted", "name-constraint", [ip("192.0.2.7")],
        permitted=[net("2001:db8::/32")])
    row("IPv6, within", "", [ip("2001:db8::1")], permitted=[net("2001:db8::/32")])
    row("IPv6, outside", "name-constraint", [ip("2001:db9::1")], permitted=[net("2001:db8::/32")])
    row("IP, a mask with a hole", "name-constraint", [ip("192.0.2.7")],
        permitted=[tlv(0x87, bytes([192, 0, 2, 0, 255, 0, 255, 0]))])
    row("IPv6, a mask with a hole", "name-constraint", [ip("2001:db8::1")],
        permitted=[tlv(0x87, bytes.fromhex("20010db8" + "0" * 24 + "ffff0fff" + "0" * 24))])
    row("IP, a constraint of 4 octets", "name-constraint", [ip("192.0.2.7")],
        permitted=[tlv(0x87, bytes([192, 0, 2, 0]))])
    row("IP, forbidden, names only", "", excluded=[net("0.0.0.0/0"), net("::/0")])
    row("mail, permitted", "", [d("a.example"), email("x@a.example")], permitted=[email("a.example")])
    row("mail, another host", "name-constraint", [d("a.example"), email("x@b.example")],
        permitted=[email("a.example")])
    row("mail, a domain with a point", "", [d("a.example"), email("x@b.a.example")],
        permitted=[email(".a.example")])
    row("mail, one box", "name-constraint", [d("a.example"), email("y@a.example")],
        permitted=[email("x@a.example")])
    row("URI, within", "", [d("a.example"), uri("https://h.a.example/")], permitted=[uri(".a.example")])
    row("URI, outside", "name-constraint", [d("a.example"), uri("https://h.b.example/")],
        permitted=[uri(".a.example")])
    row("a name within", "", subject=name("O=Company", "CN=x"),
        permitted=[directory(name("O=Company"))])
    row("a name outside", "name-constraint", subject=name("O=Other", "CN=x"),
        permitted=[directory(name("O=Company"))])
    row("a forbidden name", "name-constraint", subject=name("O=Company", "CN=x"),
        excluded=[directory(name("O=Company"))])
    row("a forbidden name among the alternatives", "name-constraint",
        [d("a.example"), directory(name("O=Company", "CN=z"))],
        excluded=[directory(name("O=Company"))])
    row("an unknown kind that is not in use", "", permitted=[other("1.2.3", tlv(0x0C, b"x"))])
    row("an unknown kind that is in use", "name-constraint",
        [d("a.example"), other("1.2.3", tlv(0x0C, b"x"))],
        permitted=[other("1.2.3", tlv(0x0C, b"x"))])
    row("a minimum", "name-constraint", permitted=[seq(d("example"), tlv(0x80, b"\x01"))])
    row("nothing at all", "chain-invalid")
    of_leaf("4.2.1.10", "in a server's certificate", "chain-invalid",
            change={"nc": constraints([d("example")])})
    nc = {"nc": constraints([d("a.example")])}
    case("4.2.1.10", "of the root, over two", "", trusted=[root(change=nc)], host=())
    case("4.2.1.10", "a self-issued certificate on the way is not constrained", "",
         [leaf(issuer=ROOT, signer=key("root2")),
          middle(subject=ROOT, label="root2",
                 change={"san": alternative(d("b.test"))})],
         [root(change=nc)])
    case("4.2.1.10", "two CAs, nothing in common", "name-constraint",
         [leaf(), middle(change={"nc": constraints([d("a.example")])})],
         [root(change={"nc": constraints([d("b.example")])})], host=())


def names():
    def row(title, codes, listed, host, section="9525 6.3", **more):
        case(section, title, codes, [leaf(names=listed, **more), middle()], host=[host])

    no = "name-mismatch"
    d = dns
    row("in capitals", "", [d("A.EXAMPLE")], "a.example")
    row("a point at the end is asked for", "", [d("a.example")], "a.example.")
    row("a point at the end is in it", no, [d("a.example.")], "a.example")
    row("a wildcard", "", [d("*.a.example")], "b.a.example")
    row("a wildcard stands for one label", no, [d("*.a.example")], "c.b.a.example")
    row("a wildcard stands for a label", no, [d("*.a.example")], "a.example")
    row("a wildcard as a part", no, [d("b*.a.example")], "bc.a.example")
    row("a wildcard at the end of a label", no, [d("*c.a.example")], "bc.a.example")
    row("two wildcards", no, [d("*.*.example")], "b.a.example")
    row("a wildcard behind", no, [d("b.*.example")], "b.a.example")
    row("nothing but a wildcard", no, [d("*")], "localhost")
    row("a wildcard for a top-level domain", no, [d("*.example")], "a.example")
    row("a wildcard with an A-label", "", [d("*.xn--bcher-kva.example")], "a.xn--bcher-kva.example")
    row("a wildcard for an A-label", "", [d("*.a.example")], "xn--bcher-kva.a.example")
    row("a wildcard within an A-label", no, [d("xn--*.a.example")], "xn--bcher-kva.a.example")
    row("an underscore", "", [d("a_b.example")], "a_b.example")
    row("a name of one label", "", [d("console")], "console")
    row("octet 0 in a name", "damaged " + no, [d(b"a.example\0.test")], "a.example")
    row("a point at the beginning", no, [d(".a.example")], "b.a.example")
    row("a domain is not a name in it", no, [d("a.example")], "b.a.example")
    row("the common name does not count", no, [d("b.example")], "a.example",
        subject=name("CN=a.example"))
    row("only a common name", no, None, "a.example", subject=name("CN=a.example"),
        change={"san": None})
    row("a URI does not count", no, [uri("https://a.example/")], "a.example")
    row("IPv4", "", [ip("192.0.2.7")], "192.0.2.7")
    row("another IPv4", no, [ip("192.0.2.8")], "192.0.2.7")
    row("IPv6", "", [ip("2001:db8::1")], "2001:DB8:0::1")
    row("IPv4 as a DNS name", no, [d("192.0.2.7")], "192.0.2.7")
    row("a wildcard for IPv4", no, [d("*.0.2.7")], "192.0.2.7")
    row("IPv4 within IPv6", no, [ip("::ffff:192.0.2.7")], "192.0.2.7")
    row("IPv4 as the common name", no, [d("b.example")], "192.0.2.7", subject=name("CN=192.0.2.7"))
    row("an address of 5 octets", "damaged", [ip(b"\1\2\3\4\5"), d("a.example")], "a.example", "4.2.1.6")
    row("an empty list of names", "chain-invalid name-mismatch", [], "a.example", "4.2.1.6")
    row("a DNS name that is a blank", "damaged", [d(" "), d("a.example")], "a.example", "4.2.1.6")
    row("names damaged", "damaged " + no, None, "a.example", "4.2.1.6",
        change={"san": extension("2.5.29.17", False, b"\x30\x03\x82\x05a")})


def keys():
    rows = [
        ("RSA 1024", "rsa1024", "weak-key"), ("RSA 2048", "rsa2048", ""),
        ("RSA 2047", "rsa2047", "weak-key"), ("RSA 2052, no whole octets", "rsa2052", ""),
        ("RSA 3072", "rsa3072", ""), ("RSA with exponent 3", "rsa2048e3", ""),
        ("P-224", "p224", "weak-key"), ("P-384", "p384", ""), ("P-521", "p521", ""),
        ("P-192", "p192", "weak-key"), ("secp256k1", "k256", "weak-key"),
        ("Brainpool", "bp256", "weak-key"), ("Ed25519", "ed25519", ""), ("Ed448", "ed448", ""),
        ("DSA", "dsa", "weak-key"),
    ]
    for title, kind, codes in rows:
        of_leaf("6.1.6 BR", title, codes, kind=kind)
    numbers = key("leaf", "rsa2048").public_key().public_numbers()

    def rsa_info(n, e, number="1.2.840.113549.1.1.1", parameters=NULL):
        return seq(seq(oid(number), parameters), bits(seq(integer(n), integer(e))))

    for title, n, e, codes in [
        ("exponent 1", numbers.n, 1, "weak-key"), ("exponent 2", numbers.n, 2, "weak-key"),
        ("exponent 65536", numbers.n, 65536, "weak-key"),
        ("exponent of 300 bits", numbers.n, 2**300 + 1, "weak-key"),
        ("an even modulus", numbers.n + 1, 65537, "weak-key"),
        ("exponent 0", numbers.n, 0, "weak-key"), ("16384 bits", 2**16383 + 1, 65537, "weak-key"),
    ]:
        of_leaf("6.1.6 BR", f"RSA, {title}", codes, kind="rsa2048", info=rsa_info(n, e))
    pss = rsa_info(numbers.n, numbers.e, "1.2.840.113549.1.1.10", b"")
    of_leaf("4055", "a key for RSA-PSS", "", kind="rsa2048", info=pss)
    point = key("leaf").public_key().public_numbers()
    compressed = bytes([2 + point.y % 2]) + point.x.to_bytes(32, "big")
    ec_type = seq(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"))
    of_leaf("5480 2.2", "a compressed point", "", info=seq(ec_type, bits(compressed)))
    off = bytes([4]) + point.x.to_bytes(32, "big") + (point.y ^ 1).to_bytes(32, "big")
    of_leaf("5480 2.2", "a point beside the curve", "weak-key", info=seq(ec_type, bits(off)))
    of_leaf("5480 2.2", "the point at infinity", "weak-key", info=seq(ec_type, bits(b"\0")))
    of_leaf("4.1.2.7", "an algorithm that nobody knows", "weak-key",
            info=seq(seq(oid("1.2.3.4.5")), bits(b"x" * 32)))
    of_leaf("4.1.2.7", "X25519, which signs nothing", "weak-key",
            info=seq(seq(oid("1.3.101.110")), bits(b"x" * 32)))
    for kind, codes in [("rsa1024", "weak-key"), ("p192", "weak-key"), ("rsa2048", ""),
                        ("ed25519", ""), ("p521", ""), ("dsa", "weak-key"), ("k256", "")]:
        own = key("ca", kind)
        case("6.1.6 BR", f"an intermediate with {kind}", codes,
             [leaf(signer=own), middle(own=own)])
        own = key("top", kind)
        case("6.1.6 BR", f"a root with {kind}", codes,
             [leaf(), middle(signer=own)], [root(own=own)])
    own = key("ca", "rsa2048")
    for digest, codes in [("md5", "weak-signature"), ("sha1", "weak-signature"), ("sha224", ""),
                          ("sha384", ""), ("sha512", "")]:
        case("7.1.3 BR", f"{digest} with RSA", codes,
             [leaf(signer=own, digest=digest), middle(own=own)])
        case("7.1.3 BR", f"{digest} with RSA of an intermediate", codes,
             [leaf(), middle(signer=own, digest=digest)], [root(own=own)])
        case("7.1.3 BR", f"{digest} with RSA of a root, not looked at", "",
             [leaf(), middle(signer=own)], [root(own=own, digest=digest)])
    of_leaf("7.1.3 BR", "SHA-1 with ECDSA", "weak-signature", digest="sha1")
    for digest, codes in [("sha1", "weak-signature"), ("sha256", ""), ("sha512", "")]:
        case("4055", f"RSA-PSS with {digest}", codes,
             [leaf(signer=own, digest=digest, style="pss"), middle(own=own)])


def chains():
    chain = [leaf(), middle()]
    trusted = root()
    case("6.1", "in any order", "", chain[::-1])
    case("6.1", "each twice", "", chain * 2)
    case("6.1", "the root sent along", "", chain + [trusted], [trusted])
    case("6.1", "another root sent along", "", chain + [root(name("CN=x"), label="x")])
    case("6.1", "the intermediate is missing", "chain-incomplete", [leaf()])
    case("6.1", "the root is another", "chain-incomplete", chain, [root(name("CN=x"), label="x")])
    case("6.1", "a root of the same name and another key", "chain-incomplete", chain,
         [root(label="other")])
    case("6.1", "the root among what was given is not trusted beside --trust", "chain-incomplete",
         chain + [trusted], [root(name("CN=x"), label="x")])
    case("6.1", "the intermediate itself is trusted, a root is wanted", "chain-incomplete", [leaf()], [middle()])
    case("6.1", "the certificate itself is trusted", "chain-incomplete", [leaf()], [leaf()])
    one, two = key("one"), key("two")
    names_ = [name("CN=one"), name("CN=two")]
    loop = [middle(names_[0], names_[1], one, two), middle(names_[1], names_[0], two, one)]
    case("6.1", "two CAs that issue each other", "chain-incomplete",
         [leaf(issuer=names_[0], signer=one)] + loop)
    case("6.1", "the same with a way out", "",
         [leaf(issuer=names_[0], signer=one)] + loop + [middle(names_[1], ROOT, two)])
    case("6.1", "another certificate of the CA has ended", "", [leaf(), middle(end=-1), middle()])
    case("6.1", "another certificate of the CA is constrained", "",
         [leaf(), middle(change={"nc": constraints([dns("b.example")])}), middle()])
    case("6.1", "another certificate of the CA may not issue", "",
         [leaf(), middle(change={"basic": basic(False)}), middle()])
    cross = middle(ROOT, name("CN=old"), key("root"), key("old"), end=-1)
    case("6.1", "cross-signed by a root that has ended", "", chain + [cross],
         [trusted, root(name("CN=old"), label="old", end=-1)])
    long = [ROOT]
    several, signer = [], key("root")
    for index in range(12):
        issuer, own = long[-1], key(f"long{index}")
        long.append(name(f"CN=long{index}"))
        several.append(middle(long[-1], issuer, own, signer))
        signer = own
        if index in (5, 11):
            case("6.1", f"{index + 1} intermediates", "",
                 [leaf(issuer=long[-1], signer=own)] + several[::-1])
    case("6.1", "self-issued CAs do not count in the path's length", "",
         [leaf(signer=key("new")), middle(MIDDLE, MIDDLE, key("new"), key("middle")),
          middle(change={"basic": basic(True, 0)})])
    case("6.1", "the certificate's signature is another CA's", "chain-invalid",
         [leaf(signer=key("wrong"), change={"aki": authority_id(key_id(key("middle")))}), middle()])
    case("6.1", "signed by itself", "self-signed",
         [leaf(LEAF, LEAF, signer=key("leaf"))])
    case("6.1", "signed by itself and trusted", "self-signed",
         [leaf(LEAF, LEAF, signer=key("leaf"))], [leaf(LEAF, LEAF, signer=key("leaf"))])
    case("6.1", "signed by itself under a CA's name", "self-signed",
         [leaf(signer=key("leaf")), middle()])
    case("6.1", "self-issued, signed by another key", "",
         [leaf(MIDDLE, MIDDLE), middle()])


def rules():
    fields()
    validity()
    identifiers()
    usages()
    purposes_and_policies()
    constraint()
    names()
    keys()
    chains()
