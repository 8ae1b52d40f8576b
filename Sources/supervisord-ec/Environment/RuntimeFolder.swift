internal import Coordinator
internal import Files
internal import FoundationEssentials
internal import Glibc
internal import Planner

/// What the daemon keeps for the command line below `/run/supervisord-ec`.
///
/// Reads everything with a bound and believes nothing.
struct RuntimeFolder: Sendable {
  /// The folder itself.
  var path = "/run/supervisord-ec"

  private var requests: String { "\(path)/requests" }

  /// The names that have a status.
  var serviceNames: [String] { Self.names(in: path, suffix: ".json") }

  /// The status of one service.
  func status(_ name: String) -> StatusReading {
    let file = "\(path)/\(name).json"
    guard let stamp = Self.stamp(file) else { return .missing }
    do {
      let bytes = try FileSystem.read(file, limit: Self.largestStatus)
      return .report(try JSONDecoder().decode(StatusReport.self, from: Data(bytes)), stamp: stamp)
    } catch let error as FileError {
      return error.isMissing ? .missing : .damaged(error.description)
    } catch let error as DecodingError {
      return .damaged("\"\(file)\": \(Self.reason(error))")
    } catch {
      return .damaged("\"\(file)\": it is no status report")
    }
  }

  /// Whether this user may leave requests; a folder that is not there is no question of permission.
  var mayRequest: Bool { !FileSystem.exists(requests) || FileSystem.isWritable(requests) }

  /// Leaves a request, as a whole or not at all.
  func put(_ request: Request) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes = [UInt8](try encoder.encode(request))
    do throws(FileError) {
      // Not durable: a request does not outlive the boot that it was made in.
      try FileSystem.write(
        bytes, to: "\(requests)/\(request.id).json", mode: 0o640, durable: false)
    } catch {
      throw Self.problem(error)
    }
  }

  /// Reads and removes the answer to a request; nil while there is none.
  func takeReply(_ id: String) -> Reply? {
    let file = "\(requests)/\(id).reply.json"
    guard let bytes = try? FileSystem.read(file, limit: Self.largestReply) else { return nil }
    try? FileSystem.remove(file)
    let reply = try? JSONDecoder().decode(Reply.self, from: Data(bytes))
    return reply ?? Reply(result: .failed, text: "the answer in \"\(file)\" cannot be read")
  }

  /// Takes a request back; false if it is gone already.
  func withdraw(_ id: String) -> Bool { unsafe unlink("\(requests)/\(id).json") == 0 }

  /// A failed write as the administrator sees it.
  static func problem(_ error: FileError) -> CommandProblem {
    switch error.code {
    case EACCES, EPERM: .notPermitted("\(error)")
    default:
      CommandProblem(
        error.isMissing ? .unavailable : .refused, "nothing was changed: \(error)",
        next: "Look at the daemon: systemctl status supervisord-ec")
    }
  }

  /// The names of services that files in a folder stand for.
  static func names(in folder: String, suffix: String) -> [String] {
    FileSystem.list(folder).filter { $0.hasSuffix(suffix) }
      .map { String($0.dropLast(suffix.count)) }
      .filter(isServiceName)
  }

  /// NAME: `[a-z0-9][a-z0-9-]{0,62}`.
  static func isServiceName(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return (1...63).contains(bytes.count) && bytes[0] != UInt8(ascii: "-")
      && bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }

  /// Differs after each write: rename(2) brings a new inode, and the time tells a reused one.
  private static func stamp(_ path: String) -> String? {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    return "\(facts.st_ino) \(facts.st_mtim.tv_sec) \(facts.st_mtim.tv_nsec)"
  }

  private static func reason(_ error: DecodingError) -> String {
    let what: String
    let place: [any CodingKey]
    switch error {
    case .keyNotFound(let key, let context):
      (what, place) = ("\"\(key.stringValue)\" is missing", context.codingPath)
    case .typeMismatch(_, let context):
      (what, place) = ("a value has the wrong type", context.codingPath)
    case .valueNotFound(_, let context):
      (what, place) = ("a value is null", context.codingPath)
    case .dataCorrupted(let context):
      (what, place) = ("it is no JSON, or a value is not known", context.codingPath)
    @unknown default:
      (what, place) = ("it is no status report", [])
    }
    let path = place.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? what : "\(what) (at \"\(path)\")"
  }

  /// A report of 32 channels with every notice stays far below.
  private static let largestStatus = 1 << 20
  /// One line of text.
  private static let largestReply = 65_536
}
