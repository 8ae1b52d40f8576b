import Files
import Testing

@testable import Certificates
@testable import supervisord_ec

@Suite("the roots of this host are indexed when they change")
struct HostRootsTests {
  /// Counts how often the roots are read.
  private final class Reads {
    var count = 0
  }

  /// Roots below a folder of the test, of which `count` tells how often they were read.
  private func roots(_ folder: String, _ reads: Reads) -> HostRoots {
    var places = TrustAnchors.Places()
    places.configuration = "\(folder)/list"
    places.shipped = "\(folder)/shipped"
    places.local = "\(folder)/local"
    return HostRoots(places: places, youngestSeconds: 0) { places in
      reads.count += 1
      return TrustAnchors(reading: places)
    }
  }

  @Test("unchanged ones are read once, and each change has them read again")
  func changes() throws {
    try withFolder { folder in
      for name in ["shipped", "local", "local/deeper"] {
        try FileSystem.makeDirectory("\(folder)/\(name)")
      }
      try put("a.crt\n", "\(folder)/list")
      try put("a", "\(folder)/shipped/a.crt")
      let reads = Reads()
      let roots = roots(folder, reads)
      let changes: [() throws -> Void] = [
        {},
        { try put("b", "\(folder)/local/deeper/b.crt") },
        { try put("another", "\(folder)/shipped/a.crt") },
        { try put("another", "\(folder)/local/deeper/b.crt") },
        { try FileSystem.remove("\(folder)/local/deeper/b.crt") },
        { try put("# a.crt, but not now\n", "\(folder)/list") },
      ]
      for (index, change) in changes.enumerated() {
        try change()
        for _ in 0..<2 { _ = roots.anchors() }
        #expect(reads.count == index + 1)
      }
    }
  }

  @Test("what is too young to tell a change by is read again")
  func young() throws {
    try withFolder { folder in
      try put("", "\(folder)/list")
      var places = TrustAnchors.Places()
      (places.configuration, places.local) = ("\(folder)/list", "\(folder)/local")
      let reads = Reads()
      let roots = HostRoots(places: places) { places in
        reads.count += 1
        return TrustAnchors(reading: places)
      }
      for _ in 0..<2 { _ = roots.anchors() }
      #expect(reads.count == 2)
    }
  }
}
