// What libFuzzer calls. It is built only by `make fuzz`, with coverage counted, and run once for
// each entry; a crash, a hang of five seconds or memory that grows ends it.

import Glibc

@testable import Certificates
@testable import Generations
@testable import Settings

/// One door through which strangers' bytes come in.
enum Entry: String, CaseIterable {
  /// Certificates and keys in every format.
  case certificates
  /// Settings files and what places their problems.
  case settings
  /// Manifests of generations.
  case manifests
  /// Templates of profiles.
  case templates

  /// The entry that the environment names.
  static let chosen: Entry = {
    let name = unsafe getenv("SUPERVISORD_EC_FUZZ_ENTRY").map { unsafe String(cString: $0) }
    return name.flatMap(Entry.init) ?? .certificates
  }()

  /// Reads bytes as this entry does.
  func read(_ bytes: [UInt8]) {
    switch self {
    case .certificates:
      for password in [nil, Array("secret".utf8)] {
        var result = CertificateMaterial.read(
          [MaterialInput(bytes: bytes, file: "input")], password: password)
        result.material.wipeKeys()
      }
    case .settings:
      _ = FragmentContent(bytes, file: "input.toml")
      _ = KeyLines(bytes)
    case .manifests:
      _ = try? VersionedJSON.decode(
        Manifest.self, from: bytes, path: "manifest.json", version: Manifest.version)
    case .templates:
      _ = try? Template(String(decoding: bytes, as: UTF8.self), file: "input")
    }
  }
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  Entry.chosen.read(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
