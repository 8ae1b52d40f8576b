public import Files
public import Planner

/// The root-owned pieces with which systemd hands followed files to the user `supervisord-ec`.
///
/// For files that this user may not read, certbot's for example: PID 1 reads them
/// (`LoadCredential=`, systemd.exec(5)) for `supervisord-ec-collect@NAME.service`, and watches them
/// (systemd.path(5)). Only root says which: the daemon can change settings, but none of these.
/// Starts nothing: afterwards systemd must reload its files.
public struct CollectorPieces {
  private let root: String
  private let name: String

  /// The pieces of one service; `root` goes before each path.
  public init(name: String, root: String = "") {
    self.root = root
    self.name = name
  }

  /// The unit that systemd hands the files to.
  public var service: String { "supervisord-ec-collect@\(name).service" }
  /// The unit that watches them.
  public var path: String { "supervisord-ec-collect@\(name).path" }

  private var units: String { "\(root)/etc/systemd/system" }
  private var serviceDropIn: String { dropIn(of: service) }
  private var pathDropIn: String { dropIn(of: path) }
  private func dropIn(of unit: String) -> String { "\(units)/\(unit).d/50-supervisord-ec.conf" }
  /// What `systemctl enable` would make.
  private var wanted: String { "\(units)/multi-user.target.wants/\(path)" }
  private static let template = "/lib/systemd/system/supervisord-ec-collect@.path"

  /// Whether any of it is there.
  public var isThere: Bool {
    [serviceDropIn, pathDropIn, wanted].contains { FileSystem.exists($0) }
  }

  /// Whether systemd hands over exactly these files.
  public func areFor(_ files: FollowedFiles) -> Bool {
    holds(RootTexts.collectorService(name: name, files), serviceDropIn)
  }

  /// Writes what is missing or different; true: something changed.
  public func make(for files: FollowedFiles) throws(FileError) -> Bool {
    var changed = false
    for (text, file) in [
      (RootTexts.collectorService(name: name, files), serviceDropIn),
      (RootTexts.collectorPath(name: name, files), pathDropIn),
    ] where !holds(text, file) {
      try makeDirectory(above: file)
      try FileSystem.write(Array(text.utf8), to: file)
      changed = true
    }
    if FileSystem.linkTarget(wanted) != Self.template {
      try makeDirectory(above: wanted)
      try FileSystem.switchLink(wanted, to: Self.template)
      changed = true
    }
    return changed
  }

  /// Removes all of it; other drop-ins of the administrator's stay.
  public func remove() throws(FileError) {
    for file in [wanted, pathDropIn, serviceDropIn] { try FileSystem.remove(file) }
    for file in [pathDropIn, serviceDropIn] {
      let folder = FileSystem.parent(file)
      if FileSystem.list(folder).isEmpty { try FileSystem.removeTree(folder) }
    }
  }

  /// A link is not ours: it could change what it says.
  private func holds(_ text: String, _ file: String) -> Bool {
    let bytes = Array(text.utf8)
    return FileSystem.linkTarget(file) == nil
      && (try? FileSystem.read(file, limit: bytes.count)) == bytes
  }

  private func makeDirectory(above file: String) throws(FileError) {
    for folder in [units, FileSystem.parent(file)] where !FileSystem.isDirectory(folder) {
      try FileSystem.makeDirectory(folder)
    }
  }
}
