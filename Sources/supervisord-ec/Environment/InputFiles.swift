internal import Certificates
internal import Files
internal import Glibc

/// Reads what the caller named, and asks at the terminal, for verbs that take certificates.
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
      return try Descriptor(owning: number)
        .readAll(limit: InputSource.limit, path: "descriptor \(number)")
    }
  }

  /// One line of the terminal, not shown while it is typed; nil if there is no terminal.
  static func askPassword(_ question: String) -> [UInt8]? {
    let terminal = unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    var shown = termios()
    guard unsafe tcgetattr(terminal, &shown) == 0 else { return nil }
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO)
    guard unsafe tcsetattr(terminal, TCSAFLUSH, &hidden) == 0 else { return nil }
    defer {
      _ = unsafe tcsetattr(terminal, TCSAFLUSH, &shown)
      _ = unsafe write(terminal, "\n", 1)
    }
    _ = unsafe write(terminal, question, question.utf8.count)
    // The terminal hands out one line at most.
    var buffer = [UInt8](repeating: 0, count: 4096)
    defer { wipe(&buffer) }
    let count = unsafe Glibc.read(terminal, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return Array(buffer.prefix(count).prefix { $0 != 0x0a && $0 != 0x0d })
  }
}
