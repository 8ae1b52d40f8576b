internal import Files

/// Follows a path through its symlinks, to know every directory in which a change could make it
/// name something else.
public enum LinkChain {
  /// As many links as the kernel follows (path_resolution(7)).
  public static let longest = 40

  /// The directories to watch for `path`: of every symlink on the way, and of the file at the end.
  ///
  /// A plain directory on the way needs none: when it is renamed or deleted, the watch below it is
  /// lost and set anew. What does not exist yet ends the walk. `path` is absolute.
  public static func directories(of path: String) -> [String] {
    var result: [String] = []
    var resolved = ""
    var rest = components(path)
    var links = 0
    while let component = rest.first {
      rest.removeFirst()
      if component == ".." {
        resolved = resolved.lastIndex(of: "/").map { String(resolved[..<$0]) } ?? ""
        continue
      }
      let here = "\(resolved)/\(component)"
      if let target = FileSystem.linkTarget(here), links < longest {
        links += 1
        add(resolved, to: &result)
        if target.hasPrefix("/") { resolved = "" }
        rest = components(target) + rest
      } else {
        if rest.isEmpty { add(resolved, to: &result) }
        resolved = here
      }
    }
    return result
  }

  private static func components(_ path: String) -> [String] {
    path.split(separator: "/").map(String.init).filter { $0 != "." }
  }

  private static func add(_ directory: String, to result: inout [String]) {
    let path = directory.isEmpty ? "/" : directory
    if !result.contains(path) { result.append(path) }
  }
}
