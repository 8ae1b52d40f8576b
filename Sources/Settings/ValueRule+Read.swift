internal import Planner

extension ValueRule {
  /// Reads a value, or says why it is not accepted.
  func read(_ node: TOMLNode) throws(Refusal) -> Value {
    try checkType(node)
    switch (self, node) {
    case (.port, .integer(let number)):
      guard (1...65_535).contains(number) else { throw refusal("out-of-range", "\(number)") }
      return .number(number)
    case (.flag(let only, _), .boolean(let flag)):
      guard only == nil || only == flag else { throw refusal("bad-value", "\(flag)") }
      return .flag(flag)
    case (.duration(let range), .string(let text)):
      return .number(try readDuration(text, range))
    case (.moment, .string(let text)):
      guard let at = Timestamp.parse(text) else { throw refusal("bad-value", quoted(text)) }
      return .number(at)
    case (.hostNames, .array(let items)):
      return .texts(try distinct(items, most: SettingsLimits.certificateNames, readName))
    case (.addresses, .array(let items)):
      return .texts(try distinct(items, most: SettingsLimits.bindAddresses, readAddress))
    case (_, .string(let text)):
      return .text(try readText(text))
    default:
      throw refusal("wrong-type", node.found)
    }
  }

  private func readText(_ text: String) throws(Refusal) -> String {
    switch self {
    case .unit where !isServiceUnit(text):
      throw unitRefusal(text)
    case .name where !isPlainName(text):
      throw refusal("bad-value", quoted(text))
    case .choice(let choices) where !choices.contains(text):
      throw refusal("bad-value", quoted(text))
    case .sha256 where !CertificateFacts.isDigest(text):
      throw refusal("bad-value", quoted(text))
    case .path where !isPath(text):
      throw refusal("bad-value", quoted(text))
    case .calendar where !isCalendar(text), .note where !isNote(text):
      throw refusal("bad-value", quoted(text))
    default:
      return text
    }
  }

  /// What we write ourselves is not followed, and neither is what is no file by its nature.
  private func isPath(_ text: String) -> Bool {
    let parts = text.split(separator: "/")
    return text.hasPrefix("/") && !text.hasSuffix("/") && !parts.contains("..")
      && text.utf8.count <= SettingsLimits.pathBytes && isLine(text)
      && !SettingsLimits.foldersNotFollowed.contains { folder in
        (parts.map(String.init).joined(separator: "/") + "/").hasPrefix(folder)
      }
  }

  /// Only what can be an argument of systemd-analyze(1) and stand in a line of the journal.
  private func isCalendar(_ text: String) -> Bool {
    (1...SettingsLimits.calendarCharacters).contains(text.utf8.count) && !text.hasPrefix("-")
      && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }

  private func isNote(_ text: String) -> Bool {
    text.count <= SettingsLimits.noteCharacters && isLine(text)
  }

  private func isLine(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }

  private func unitRefusal(_ text: String) -> Refusal {
    if text.hasSuffix("@.service"), isServiceUnit(text.replacing("@.", with: "@x.")) {
      return Refusal(
        code: "bad-value", found: "the template \(quoted(text))",
        expected: "one instance, such as \(quoted(text.replacing("@.", with: "@NAME.")))")
    }
    if isServiceUnit(text + ".service"), !text.contains(".") {
      return Refusal(
        code: "bad-value", found: quoted(text), expected: quoted(text + ".service"))
    }
    return refusal("bad-value", quoted(text))
  }

  private func readDuration(_ text: String, _ range: ClosedRange<Int>) throws(Refusal) -> Int {
    let seconds: Int
    do {
      seconds = try parseDuration(text)
    } catch {
      throw refusal("bad-value", "\(quoted(text)) (\(error.reason))")
    }
    guard range.contains(seconds) else { throw refusal("out-of-range", quoted(text)) }
    return seconds
  }

  private func distinct(
    _ items: [TOMLNode], most: Int, _ read: (String) throws(Refusal) -> String
  ) throws(Refusal) -> [String] {
    guard !items.isEmpty else { throw refusal("bad-value", "an empty list") }
    guard items.count <= most else { throw refusal("too-many", "a list of \(items.count)") }
    var result: [String] = []
    for case .string(let text) in items {
      let value = try read(text)
      guard !result.contains(value) else {
        throw refusal("bad-value", "a list with \(quoted(value)) twice")
      }
      result.append(value)
    }
    return result
  }

  private func readName(_ text: String) throws(Refusal) -> String {
    if let address = NetworkAddress(text) { return address.text }
    if isHostName(text) { return text.lowercased() }
    if !text.utf8.allSatisfy({ $0 < 0x80 }) {
      let ascii = asciiName(text).flatMap { isHostName($0) ? $0 : nil }
      throw Refusal(
        code: "bad-value", found: "a list with \(quoted(text)), which is not ASCII",
        expected: ascii.map { "its A-label \(quoted($0))" }
          ?? "its A-label (a name that begins with \"xn--\")")
    }
    throw refusal("bad-value", "a list with \(quoted(text))")
  }

  private func readAddress(_ text: String) throws(Refusal) -> String {
    guard let address = NetworkAddress(text), !address.isMapped else {
      throw refusal("bad-value", "a list with \(quoted(text))")
    }
    return address.text
  }
}
