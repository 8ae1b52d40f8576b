import Glibc
import Testing

@testable import Systemd

extension SystemdTests {
  @Suite struct JournalTests {
    @Test func prefixesEachLineOfTheFallback() {
      let text = Journal.standardErrorText("one\ntwo", priority: .warning)
      #expect(text == "<4>one\n<4>two\n")
    }

    @Test func takesOnlyNamesThatJournaldTakes() {
      #expect(Journal.isFieldName("SUPERVISORD_EC_SERVICE"))
      #expect(Journal.isFieldName("A1"))
      for name in ["", "_TRUSTED", "1A", "lower", "A B", "A=B", String(repeating: "A", count: 65)] {
        #expect(!Journal.isFieldName(name), "\(name)")
      }
    }

    @Test(.enabled(if: !Journal.isThere())) func fallsBackToStandardErrorWithoutAJournal() {
      var ends: [Int32] = [-1, -1]
      unsafe #expect(pipe(&ends) == 0)
      let saved = dup(STDERR_FILENO)
      dup2(ends[1], STDERR_FILENO)
      Journal.send("a\nb", priority: .error, messageID: nil, fields: [("X", "y")])
      dup2(saved, STDERR_FILENO)
      close(saved)
      close(ends[1])
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = unsafe read(ends[0], &bytes, bytes.count)
      close(ends[0])
      #expect(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self) == "<3>a\n<3>b\n")
    }
  }
}
