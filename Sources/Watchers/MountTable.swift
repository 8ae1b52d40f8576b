internal import Files

/// The mounts of this process, as far as they concern what is watched.
struct MountTable {
  /// Where the kernel tells them (proc_pid_mountinfo(5)).
  static let path = "/proc/self/mountinfo"
  /// Hosts with many containers have some thousand mounts, each a line of about 200 bytes.
  private static let mostBytes = 4 << 20

  /// Mount point and the whole line, in the kernel's order.
  private let lines: [(point: String, line: Substring)]

  /// Reads the table; empty if it cannot be read.
  init() { self.init((try? FileSystem.read(Self.path, limit: Self.mostBytes)) ?? []) }

  /// Takes the table's bytes.
  init(_ bytes: [UInt8]) {
    lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ", maxSplits: 5)
      return fields.count > 4 ? (Self.plain(fields[4]), line) : nil
    }
  }

  /// The lines of mounts that `isWanted` wants; two tables that differ in them differ in what is
  /// seen there, as each mount has a number of its own.
  func lines(where isWanted: (_ point: String) -> Bool) -> [Substring] {
    lines.filter { isWanted($0.point) }.map(\.line)
  }

  /// The kernel writes blank, tab, newline and backslash as `\` and three octal digits.
  private static func plain(_ field: Substring) -> String {
    guard field.utf8.contains(UInt8(ascii: "\\")) else { return String(field) }
    var result: [UInt8] = []
    var rest = Array(field.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        result.append(value)
        rest = rest.dropFirst(3)
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
