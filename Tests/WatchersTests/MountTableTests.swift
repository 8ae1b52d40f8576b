import Testing

@testable import Watchers

@Suite struct MountTableTests {
  static let table = MountTable(
    Array(
      """
      22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
      30 22 0:25 / /etc/a\\040b rw - tmpfs tmpfs rw
      31 22 0:26 / /etc/x\\134y rw - tmpfs tmpfs rw
      damaged line

      """.utf8))

  @Test func findsTheMountOfAPlace() {
    #expect(Self.table.lines { $0 == "/" }.count == 1)
    #expect(Self.table.lines { $0 == "/etc/a b" }.first?.hasPrefix("30 ") == true)
    #expect(Self.table.lines { $0 == "/etc/x\\y" }.first?.hasPrefix("31 ") == true)
    #expect(Self.table.lines { $0 == "/etc" }.isEmpty)
  }

  @Test func readsTheKernelsOwn() {
    #expect(MountTable().lines { $0 == "/proc" }.isEmpty == false)
  }
}
