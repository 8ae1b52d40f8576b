import Testing

@testable import Systemd

extension SystemdTests {
  @Suite struct UnitPropertiesTests {
    @Test func takesEachPropertyByItsName() {
      let properties = UnitProperties([
        "Id": .string("nginx.service"), "Names": .strings(["nginx.service", "web.service"]),
        "LoadState": .string("loaded"), "InvocationID": .bytes([0x0a, 0xff]),
        "MainPID": .number(42), "NeedDaemonReload": .bool(true), "Job": .number(7),
        "ActiveEnterTimestamp": .number(1_700_000_000_000_000), "Wants": .strings(["a.service"]),
      ])
      #expect(properties.id == "nginx.service")
      #expect(properties.names == ["nginx.service", "web.service"])
      #expect(properties.loadState == "loaded")
      #expect(properties.invocationID == "0aff")
      #expect(properties.mainPID == 42)
      #expect(properties.needDaemonReload)
      #expect(properties.job == 7)
      #expect(properties.activeEnterTimestamp == 1_700_000_000_000_000)
      #expect(properties.wants == ["a.service"])
    }

    @Test func isEmptyWhereSystemdSaysNothingOrAnotherType() {
      #expect(UnitProperties([:]) == UnitProperties())
      #expect(UnitProperties(["Id": .number(1), "MainPID": .string("x")]) == UnitProperties())
    }
  }
}
