import Testing

@testable import Certificates

/// Which names and addresses of the host are chosen.
@Suite struct HostNamesTests {
  private func interface(_ text: String, loopback: Bool = false) throws -> InterfaceAddress {
    InterfaceAddress(address: try #require(Address(text: text)), isLoopback: loopback)
  }

  @Test func theFullNameOfTheHostsFileComesFirst() {
    let hosts = "127.0.0.1 localhost # console.x\n127.0.1.1\tconsole.example.com console\n"
    #expect(
      HostNames.choose(hostName: "console", hostsFile: hosts, addresses: [])
        == ["console.example.com", "console"])
  }

  @Test func aFullHostNameGivesItsShortNameToo() {
    #expect(
      HostNames.choose(hostName: "Console.Example.com", hostsFile: "", addresses: [])
        == ["console.example.com", "console"])
  }

  @Test func addressesAreSortedWithoutDoublesLoopbackAndLinkLocal() throws {
    let addresses = try [
      interface("2001:db8::2"), interface("10.0.0.20"), interface("127.0.0.1", loopback: true),
      interface("fe80::1"), interface("10.0.0.3"), interface("169.254.1.1"),
      interface("10.0.0.20"), interface("::1", loopback: true),
    ]
    #expect(
      HostNames.choose(hostName: "h", hostsFile: "", addresses: addresses)
        == ["h", "10.0.0.3", "10.0.0.20", "2001:db8::2"])
  }

  @Test func onlyAddressesThatNeverLeaveTheHostAreLoopback() throws {
    let expected = [
      "127.0.0.1": true, "127.9.0.1": true, "::1": true, "192.0.2.10": false, "::": false,
      "2001:db8::1": false,
    ]
    for (text, isLoopback) in expected {
      #expect(try #require(Address(text: text)).isLoopback == isLoopback, "\(text)")
    }
  }

  @Test func temporaryAddressesAreKnownByTheKernelsTable() {
    let table = """
      20010db8000000000000000000000001 02 40 00 01     eth0
      20010db8000000000000000000000002 02 40 00 80     eth0
      20010db8000000000000000000000003 02 40 00 21     eth0
      zz 02 40 00 01 eth0

      """
    #expect(
      Set(HostNames.temporary(table).map(\.text)) == ["2001:db8::1", "2001:db8::3"])
  }

  @Test func atMost32AddressesAreTaken() throws {
    let addresses = try (1...40).map { try interface("10.0.0.\($0)") }
    let chosen = HostNames.choose(hostName: "h", hostsFile: "", addresses: addresses)
    #expect(chosen.count == 33)
  }

  @Test func withNothingElseTheLoopbackStandsIn() throws {
    let loopback = try [interface("127.0.0.1", loopback: true)]
    for name in ["", "localhost", "(none)", "localhost.localdomain"] {
      #expect(
        HostNames.choose(hostName: name, hostsFile: "", addresses: loopback)
          == ["localhost", "127.0.0.1"])
    }
  }

  @Test func whatTheHostSaysNowMakesACertificate() throws {
    let names = HostNames.current()
    #expect(names == HostNames.current())
    _ = try SelfSigned.make(
      names: names, key: .ecdsaP256, lifetimeSeconds: 86_400, now: june2026)
  }
}
