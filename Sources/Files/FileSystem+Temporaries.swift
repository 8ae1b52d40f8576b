internal import Glibc

/// What a writer that was killed leaves: its temporary file names it, so that others can tell.
extension FileSystem {
  private static let temporarySuffix = ".tmp"

  /// Where `write` and `switchLink` prepare what they then rename: `.NAME.PID.tmp`.
  static func temporaryPath(in directory: String, for name: String) -> String {
    "\(directory)/.\(name).\(getpid())\(temporarySuffix)"
  }

  /// Removes temporary files and links in a directory whose writer is no more (kill(2), ESRCH).
  ///
  /// Needs no lock. What cannot be removed stays, as it harms nobody.
  public static func removeTemporaries(in directory: String) {
    for name in list(directory) {
      guard let writer = writer(of: name), kill(writer, 0) != 0, errno == ESRCH else { continue }
      try? remove("\(directory)/\(name)")
    }
  }

  /// The process that a temporary name speaks of; nil for any other name.
  static func writer(of name: String) -> Int32? {
    guard name.hasPrefix("."), name.hasSuffix(temporarySuffix) else { return nil }
    let stem = name.dropFirst().dropLast(temporarySuffix.count)
    guard let dot = stem.lastIndex(of: "."), dot != stem.startIndex,
      let number = Int32(stem[stem.index(after: dot)...]), number > 0
    else { return nil }
    return number
  }
}
