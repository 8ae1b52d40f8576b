import Files
import Glibc
import Planner
import Systemd
import Testing

@testable import Coordinator

@Suite struct PortLookupTests {
  func holder(unit: String?, pid: Int32?, process: String?) -> PortHolder {
    PortHolder(port: 8383, address: "0.0.0.0", unit: unit, pid: pid, process: process)
  }

  @Test func namesWhatIsKnownOfTheHolder() {
    #expect(
      PortLookup.describe(holder(unit: "b.service", pid: 7, process: "python3"))
        == "\"python3\" (process 7) of b.service")
    #expect(
      PortLookup.describe(holder(unit: "b.service", pid: nil, process: nil))
        == "another process of b.service")
    #expect(PortLookup.describe(holder(unit: nil, pid: nil, process: nil)) == "another process")
  }

  @Test func namesThePortThatSomebodyElseHolds() throws {
    let free = Descriptor(owning: try Loopback.bound())
    let taken = Descriptor(owning: try Loopback.bound())
    try #require(listen(taken.raw, 1) == 0)
    let port = Loopback.port(of: taken.raw)
    let claims = [
      PortClaim(address: "127.0.0.1", port: Loopback.port(of: free.raw)),
      PortClaim(address: "0.0.0.0", port: port),
    ]
    let text = PortLookup.conflict(claims, unit: adoption.unit)
    #expect(text?.hasPrefix("port \(port) is taken by ") == true)
    #expect(PortLookup.conflict([claims[0]], unit: adoption.unit) == nil)
  }

  @Test func anotherAddressIsNoConflict() throws {
    let taken = Descriptor(owning: try Loopback.bound())
    try #require(listen(taken.raw, 1) == 0)
    let claim = PortClaim(address: "127.0.0.2", port: Loopback.port(of: taken.raw))
    #expect(PortLookup.conflict([claim], unit: adoption.unit) == nil)
  }
}
