// What libFuzzer calls. It is built only by `make fuzz`, with coverage counted, and run once for
// each entry; a crash, a hang of five seconds or memory that grows ends it.

import FoundationEssentials
import Glibc

@testable import Adoption
@testable import Certificates
@testable import Generations
@testable import Planner
@testable import Settings

/// One door through which strangers' bytes come in.
///
/// The first five are one door, `certificate check`; each begins with another format, so that none
/// of them is crowded out by the one that is easiest to make sense of.
enum Entry: String, CaseIterable {
  case pem, der, pkcs7, pkcs12, keys
  /// Settings files and what places their problems.
  case settings
  /// Manifests of generations.
  case manifests
  /// Every other record: state, import, request, adoption, ratchet.
  case records
  /// Templates of profiles.
  case templates
  /// The configuration of the server that is adopted.
  case nginx

  /// The entry that the environment names.
  static let chosen: Entry? = {
    let name = unsafe getenv("SUPERVISORD_EC_FUZZ_ENTRY").map { unsafe String(cString: $0) }
    return name.flatMap(Entry.init)
  }()

  /// Reads bytes as this entry does.
  func read(_ bytes: [UInt8]) {
    switch self {
    case .pem, .der, .pkcs7, .pkcs12, .keys: judge(bytes)
    case .settings:
      _ = FragmentContent(bytes, file: "input.toml")
      _ = KeyLines(bytes)
    case .manifests: decode(Manifest.self, bytes, version: Manifest.version)
    case .records:
      decode(ServiceState.self, bytes)
      decode(ImportRecord.self, bytes)
      decode(CertificateRequestFacts.self, bytes)
      decode(Adoption.self, bytes)
      decode(Ratchet.self, bytes)
      decode(CalendarFacts.self, bytes)
      _ = try? JSONDecoder().decode(Request.self, from: Data(bytes))
    case .templates:
      _ = try? Template(String(decoding: bytes, as: UTF8.self), file: "input")
    case .nginx:
      _ = try? NginxConfiguration.parse(dump: Array("# configuration file a:\n".utf8) + bytes)
    }
  }

  /// What `certificate check` does with an input: without a password and with one.
  private func judge(_ bytes: [UInt8]) {
    // 2026-11-24, when the certificates of the corpus are in force.
    var question = Question(now: 1_795_478_400)
    question.names = ["fuzz.example.com", "192.0.2.1"]
    question.needsKey = true
    for password in [nil, Array("secret".utf8)] {
      var result = CertificateMaterial.read(
        [MaterialInput(bytes: bytes, file: "input")], password: password)
      _ = Judgement.of(result.material, question)
      result.material.wipeKeys()
    }
  }

  private func decode<Record: Decodable>(_ type: Record.Type, _ bytes: [UInt8], version: Int = 1) {
    _ = try? VersionedJSON.decode(type, from: bytes, path: "record.json", version: version)
  }
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard let entry = Entry.chosen else {
    // Without the name of an entry nothing would be read, and nothing found.
    print("SUPERVISORD_EC_FUZZ_ENTRY is one of: \(Entry.allCases.map(\.rawValue))")
    exit(64)
  }
  entry.read(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
