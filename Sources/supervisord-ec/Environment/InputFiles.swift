internal import Files
internal import Glibc

/// Reads what the caller named, for verbs that take certificates.
enum InputFiles {
  /// The bytes of a file, a pipe or a descriptor up to its end; a descriptor is closed by that.
  ///
  /// Waits for a pipe, as every command of a shell does: `--chain <(fetch)`.
  static func read(_ source: InputSource) throws(FileError) -> [UInt8] {
    switch source {
    case .file(let path):
      return try Descriptor(opening: path, flags: O_RDONLY | O_NOCTTY)
        .readAll(limit: InputSource.limit, path: path)
    case .descriptor(let number):
      guard isatty(number) == 0 else {
        throw FileError(
          "read", "descriptor \(number)", reason: "it is a terminal, which would show what is typed"
        )
      }
      return try Descriptor(owning: number)
        .readAll(limit: InputSource.limit, path: "descriptor \(number)")
    }
  }
}
