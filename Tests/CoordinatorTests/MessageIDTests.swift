import Files
import Planner
import Testing

@testable import Coordinator

/// The ids, the catalog that explains them, and the codes that the planner can produce.
@Suite struct MessageIDTests {
  static let tree = String(#filePath.split(separator: "/Tests/").first ?? "")

  static func text(_ file: String) throws -> String {
    String(decoding: try FileSystem.read("\(tree)/\(file)", limit: 1 << 20), as: UTF8.self)
  }

  static var entries: [(name: String, id: String)] {
    MessageID.events.map { ($0.key, $0.value) }
      + MessageID.notices.map { ("notice \($0.key)", $0.value) }
  }

  /// The entries of the catalog (https://systemd.io/CATALOG): id and text.
  static func catalog() throws -> [(id: String, header: [String], body: String)] {
    try text("packaging/supervisord-ec.catalog").split(separator: "\n-- ").dropFirst().map {
      let lines = $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let end = lines.firstIndex(of: "") ?? lines.endIndex
      return (lines[0], Array(lines[1..<end]), lines[end...].joined(separator: "\n"))
    }
  }

  @Test func everyEventOfThePlannerHasAnID() {
    for code in Event.Code.allCases { #expect(MessageID.events[code.rawValue] != nil, "\(code)") }
  }

  @Test func everyNoticeThatCanStandHasAnIDAndNoIDIsLeftOver() throws {
    var codes: Set<String> = []
    for file in FileSystem.list("\(Self.tree)/Sources/Planner") where file.contains("Notices") {
      codes.formUnion(Self.codes(in: try Self.text("Sources/Planner/\(file)")))
    }
    codes.formUnion(Self.codes(in: try Self.text("Sources/Coordinator/ServiceCoordinator.swift")))
    // The text after the hyphen is the number of days, or of the step.
    let stems = ["enforcement-soon", "imported-expires", "followed-expires"]
    let known = codes.map { code in stems.first { code.hasPrefix("\($0)-") } ?? code }
    #expect(Set(known) == Set(MessageID.notices.keys))
    for day in Limits.enforcementNoticeDays {
      #expect(MessageID.notice("enforcement-soon-\(day)d") != nil)
    }
  }

  /// Literals after `code: "`, and the results of `func code`.
  static func codes(in source: String) -> Set<String> {
    var result: Set<String> = []
    var isInFunction = false
    for line in source.split(separator: "\n") {
      if line.contains("func code(") { isInFunction = true }
      if line.hasPrefix("  }") { isInFunction = false }
      for mark in isInFunction ? [": \""] : ["code: \""] {
        guard let start = line.firstRange(of: mark)?.upperBound else { continue }
        result.insert(String(line[start...].prefix { $0 != "\"" && $0 != "\\" }))
      }
    }
    return result
  }

  @Test func everyCodeThatIsSaidHasAnID() throws {
    var said: Set<String> = []
    for folder in ["Commands", "Daemon"] {
      let path = "Sources/supervisord-ec/\(folder)"
      for file in FileSystem.list("\(Self.tree)/\(path)") {
        let source = try Self.text("\(path)/\(file)")
        for mark in ["announcer.say(", "event: ", "failure: "] {
          for part in source.split(separator: mark).dropFirst() {
            let argument = part.drop { $0.isWhitespace }
            guard argument.first == "\"" else { continue }
            said.insert(String(argument.dropFirst().prefix { $0 != "\"" }))
          }
        }
      }
    }
    // A notice's end is an event of the announcer's own; "trouble" is its way to say what else is.
    let known = Set(MessageID.events.keys)
    #expect(said.isSubset(of: known))
    let planned = Set(Event.Code.allCases.map(\.rawValue))
    #expect(known.subtracting(planned) == said.union(["notice-cleared", "trouble"]))
  }

  @Test func idsAreUnique() {
    for (id, entries) in Dictionary(grouping: Self.entries, by: \.id) where entries.count > 1 {
      Issue.record("\(id) stands for \(entries.map(\.name).sorted())")
    }
  }

  @Test func idsHave32HexadecimalDigits() {
    for (name, id) in Self.entries {
      #expect(id.count == 32 && id.allSatisfy { "0123456789abcdef".contains($0) }, "\(name)")
    }
  }

  @Test func theCatalogExplainsEachIDOnceAndNothingElse() throws {
    let explained = try Self.catalog().map(\.id)
    #expect(explained.count == Set(explained).count)
    #expect(Set(explained) == Set(Self.entries.map(\.id)))
  }

  @Test func eachTextHasASubjectAndSaysWhatToDo() throws {
    let orders = [
      "supervisord-ec ", "systemctl ", "journalctl ", "timedatectl", "Nothing needs to be done",
      "by itself", "Mend ", "Restore ", "Reinstall ", "remove the line",
    ]
    for entry in try Self.catalog() {
      #expect(entry.header.contains { $0.hasPrefix("Subject: ") }, "\(entry.id)")
      #expect(entry.header.contains("Defined-By: supervisord-ec"), "\(entry.id)")
      #expect(orders.contains { entry.body.contains($0) }, "\(entry.id): no word of what to do")
    }
  }

  @Test func theCatalogNamesOnlyFieldsThatAreSent() throws {
    let sent: Set = ["SUPERVISORD_EC_SERVICE", "UNIT"]
    for entry in try Self.catalog() {
      let parts = entry.body.split(separator: "@").map(String.init)
      let fields = parts.filter { part in
        part.count > 3 && part.allSatisfy { $0.isUppercase || $0 == "_" }
      }
      #expect(Set(fields).isSubset(of: sent), "\(entry.id)")
    }
  }
}

/// What is said when a notice does not stand any more.
@Suite struct NoticeEndTests {
  @Test(arguments: MessageID.notices.keys.sorted())
  func theEndOfANoticeIsSaidInPlainWords(_ code: String) {
    let text = NoticeEnd.text(of: code, service: "console", observation: observation())
    #expect(!text.contains("\n") && text.split(separator: " ").count >= 3, "\(text)")
    #expect(!text.contains("\"\(code)\""), "\(code) has no words of its own in NoticeEnd")
  }

  @Test func aCountDownIsOneMatter() {
    #expect(NoticeEnd.isContinued("enforcement-soon-14d", by: ["enforcement-soon-7d"]))
    #expect(!NoticeEnd.isContinued("enforcement-soon-1d", by: ["held"]))
    #expect(NoticeEnd.isContinued("expires-soon", by: ["expired"]))
  }
}
