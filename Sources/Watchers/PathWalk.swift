internal import Files

/// Follows paths through their symlinks, to know every place where a change could make one of them
/// name something else.
///
/// What was walked once is not looked at again: for a later look, make a new one. Watches nothing.
public struct PathWalk: Equatable {
  /// As many links as the kernel follows (path_resolution(7)).
  public static let longest = 40

  /// Directory → names in it that count: of each symlink on the way, of what is missing, and of
  /// the end.
  ///
  /// Directories are without symlinks.
  public private(set) var entries: [String: Set<String>] = [:]
  /// The directories on the way: they count if they are moved, deleted or covered by a mount.
  public private(set) var directories: Set<String> = []
  /// The files at the end, which can be written by another of their names.
  public private(set) var files: Set<String> = []

  private var known: [String: Place] = [:]

  /// What a path names.
  private enum Place: Equatable {
    case directory(String)
    case file
    case missing
  }

  /// Nothing was walked yet.
  public init() {}

  /// Walks one path.
  public init(_ path: String) { add(path) }

  /// Walks an absolute path to its end, or to what is missing.
  public mutating func add(_ path: String) { _ = place(of: path, links: 0, depth: 0) }

  /// Whether a change of `name` in `directory` could concern these paths; an empty name stands for
  /// the directory itself.
  public func contains(_ name: String, in directory: String) -> Bool {
    if name.isEmpty { return directories.contains(directory) || entries[directory] != nil }
    return entries[directory]?.contains(name) ?? false
      || directories.contains(Self.join(directory, name))
  }

  /// All places as paths.
  var all: [String] {
    directories + entries.flatMap { directory, names in names.map { Self.join(directory, $0) } }
  }

  static func join(_ directory: String, _ name: String) -> String {
    directory == "/" ? "/\(name)" : "\(directory)/\(name)"
  }

  private mutating func place(of path: String, links: Int, depth: Int) -> Place {
    guard let slash = path.lastIndex(of: "/"), path != "/" else { return .directory("/") }
    if let place = known[path] { return place }
    guard depth < Self.deepest else { return .missing }
    let parent = place(
      of: slash == path.startIndex ? "/" : String(path[..<slash]), links: links, depth: depth + 1)
    guard case .directory(let directory) = parent else { return .missing }
    let name = String(path[path.index(after: slash)...])
    let place = place(of: name, in: directory, links: links, depth: depth)
    known[path] = place
    return place
  }

  /// One step: `directory` has no symlinks in it.
  private mutating func place(
    of name: String, in directory: String, links: Int, depth: Int
  ) -> Place {
    switch name {
    case "", ".": return .directory(directory)
    case "..": return .directory(Self.parent(directory))
    default: break
    }
    let here = Self.join(directory, name)
    switch FileSystem.kind(here) {
    case .directory:
      directories.insert(here)
      return .directory(here)
    case .link(let target):
      entries[directory, default: []].insert(name)
      guard links < Self.longest else { return .missing }
      return place(
        of: target.hasPrefix("/") ? target : Self.join(directory, target), links: links + 1,
        depth: depth + 1)
    case .file:
      entries[directory, default: []].insert(name)
      files.insert(here)
      return .file
    case .missing:
      entries[directory, default: []].insert(name)
      return .missing
    }
  }

  private static func parent(_ directory: String) -> String {
    guard let slash = directory.lastIndex(of: "/"), slash != directory.startIndex else {
      return "/"
    }
    return String(directory[..<slash])
  }

  /// No path that means well has more steps; each takes a little of the stack.
  private static let deepest = 512
}
