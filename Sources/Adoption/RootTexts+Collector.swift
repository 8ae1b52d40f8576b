public import Planner

extension RootTexts {
  /// The drop-in of `supervisord-ec-collect@NAME.service`: which files systemd reads for it.
  public static func collectorService(name: String, _ files: FollowedFiles) -> String {
    var lines = [
      "# Made by \"supervisord-ec adopt\", removed by \"supervisord-ec release \(name)\".",
      "# systemd reads these files as root and hands them to the user supervisord-ec.",
      "[Service]", "LoadCredential=chain:\(unitText(files.certificate))",
    ]
    if files.keyFile != files.certificate {
      lines.append("LoadCredential=key:\(unitText(files.keyFile))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The drop-in of `supervisord-ec-collect@NAME.path`: what systemd watches.
  public static func collectorPath(name: String, _ files: FollowedFiles) -> String {
    let lines = [
      "# Made by \"supervisord-ec adopt\", removed by \"supervisord-ec release \(name)\".",
      "# The folders too: a link that is renamed over a link is seen only there.",
      "[Path]",
    ]
    let watched = watchedPaths(files).map { "PathChanged=\(unitText($0))" }
    return (lines + watched).joined(separator: "\n") + "\n"
  }

  /// Each file, its folder, and the folder of that: who swaps a link or a whole folder is seen.
  ///
  /// Not `/` and the folders in it, where much else changes.
  static func watchedPaths(_ files: FollowedFiles) -> [String] {
    var result = files.paths
    for path in files.paths {
      let parts = path.split(separator: "/")
      for count in [parts.count - 1, parts.count - 2] where count >= 2 {
        let folder = "/" + parts.prefix(count).joined(separator: "/")
        if !result.contains(folder) { result.append(folder) }
      }
    }
    return result
  }

  /// Why systemd cannot name a path in a unit file; nil: it can.
  ///
  /// White space at the end of a line is cut off, and a backslash there goes on in the next
  /// (systemd.syntax(7)).
  public static func refusal(ofCollected path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    guard path.hasPrefix("/"), parts.allSatisfy({ !["", ".", ".."].contains($0) }) else {
      return "it is not the shortest absolute form of a path"
    }
    if path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return "it has control characters"
    }
    return path.hasSuffix(" ") || path.hasSuffix("\\")
      ? "it ends with a space or a backslash" : nil
  }

  /// A value in a unit file: `%` begins a specifier (systemd.unit(5)); all else of a path that
  /// `refusal(ofCollected:)` lets pass stands for itself.
  private static func unitText(_ path: String) -> String {
    path.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
  }
}
