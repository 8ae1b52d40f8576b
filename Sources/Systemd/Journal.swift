internal import CSystemd
internal import Glibc

/// Entries of the journal, with fields (sd_journal_sendv(3)).
///
/// Never fails: the last resort is standard error, which the service manager takes to the journal
/// as well.
public enum Journal {
  /// The levels of syslog(3).
  public enum Priority: Int, Sendable {
    case emergency = 0
    case alert, critical, error, warning, notice, info, debug
  }

  /// Writes one entry.
  ///
  /// Newlines and NUL are kept; the message may be any text.
  ///
  /// A field's name has capital letters, digits and `_` only, at most 64, and begins with a letter
  /// (systemd.journal-fields(7)); any other is left out, as journald would do silently.
  public static func send(
    _ message: String, priority: Priority, messageID: String? = nil,
    fields: [(String, String)] = [], fileID: String = #fileID, line: Int = #line,
    function: String = #function
  ) {
    var entry = [
      ("MESSAGE", message), ("PRIORITY", "\(priority.rawValue)"), ("CODE_FILE", fileID),
      ("CODE_LINE", "\(line)"), ("CODE_FUNC", function),
    ]
    if let messageID { entry.append(("MESSAGE_ID", messageID)) }
    entry += fields.filter { isFieldName($0.0) }
    // libsystemd says success if there is no journal, so that is looked up first.
    if isThere(), sendToJournal(entry) { return }
    writeToStandardError(standardErrorText(message, priority: priority))
  }

  /// Whether journald listens (systemd-journald.service(8)).
  static func isThere() -> Bool { unsafe access("/run/systemd/journal/socket", W_OK) == 0 }

  /// The longest name that journald takes.
  private static let longestFieldName = 64

  static func isFieldName(_ name: String) -> Bool {
    guard let first = name.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first),
      name.utf8.count <= longestFieldName
    else { return false }
    return name.utf8.allSatisfy { byte in
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }
  }

  /// What goes to standard error: each line with the prefix of sd-daemon(3).
  static func standardErrorText(_ message: String, priority: Priority) -> String {
    message.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "<\(priority.rawValue)>\($0)\n" }.joined()
  }

  /// Hands all fields over in one buffer, with their lengths: nothing in a text ends it.
  private static func sendToJournal(_ entry: [(String, String)]) -> Bool {
    var bytes: [UInt8] = []
    var lengths: [Int] = []
    for (name, value) in entry {
      let start = bytes.count
      bytes += name.utf8
      bytes.append(UInt8(ascii: "="))
      bytes += value.utf8
      lengths.append(bytes.count - start)
    }
    let result: Int32 = unsafe bytes.withUnsafeMutableBytes { buffer in
      guard var start = buffer.baseAddress else { return -EINVAL }
      var vectors: [iovec] = unsafe []
      for length in lengths {
        unsafe vectors.append(iovec(iov_base: start, iov_len: length))
        unsafe start += length
      }
      return unsafe sd_journal_sendv(vectors, Int32(vectors.count))
    }
    return result >= 0
  }

  private static func writeToStandardError(_ text: String) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(STDERR_FILENO, buffer.baseAddress?.advanced(by: done), buffer.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      // Nowhere is left to say so.
      guard count > 0 else { return }
      done += count
    }
  }
}
