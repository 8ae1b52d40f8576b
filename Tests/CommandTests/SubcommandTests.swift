import Files
import Glibc
import Testing

@testable import supervisord_ec

@Suite struct SubcommandTests {
  func shell(_ script: String, collect: Subcommand.Stream = .error) throws -> Subcommand.Outcome {
    try Subcommand.run(["/bin/sh", "-c", script], collect: collect)
  }

  @Test(arguments: [0, 1, 77, 255]) func givesTheExitStatus(status: Int32) throws {
    #expect(try shell("exit \(status)").status == status)
  }

  @Test(arguments: [4, 9]) func aSignalIsAStatusOf128AndMore(signal: Int32) throws {
    #expect(try shell("kill -\(signal) $$").status == 128 + signal)
  }

  @Test func collectsTheStreamThatIsAskedFor() throws {
    let script = "echo out; echo err >&2"
    #expect(try shell(script, collect: .output).output == "out\n")
    #expect(try shell(script, collect: .error).output == "err\n")
    #expect(try shell(script, collect: .both).output == "out\nerr\n")
  }

  @Test func theProgramSpeaksEnglishAndReadsNothing() throws {
    let outcome = try shell("cat; echo \"$LC_ALL $PATH\"", collect: .output)
    #expect(outcome.output == "C /usr/sbin:/usr/bin:/sbin:/bin\n")
  }

  @Test func theProgramHasNoSignalBlocked() throws {
    Interruption.hold()
    defer { Interruption.release() }
    let outcome = try shell("grep SigBlk /proc/self/status", collect: .output)
    #expect(outcome.output == "SigBlk:\t0000000000000000\n")
  }

  @Test func aSignalThatIsHeldBackEndsThePause() {
    Interruption.hold()
    defer { Interruption.release() }
    raise(SIGHUP)
    #expect(throws: Interruption(signal: SIGHUP)) { try Interruption.pause(milliseconds: 1) }
  }

  @Test func argumentsAreNotInterpreted() throws {
    let words = ["/bin/echo", "a b", "$HOME", "*", ""]
    #expect(try Subcommand.run(words, collect: .output).output == "a b $HOME * \n")
  }

  @Test func tooMuchOutputIsCutOffButReadToTheEnd() throws {
    let outcome = try shell("head -c 20000000 /dev/zero; exit 3", collect: .output)
    #expect(outcome.status == 3)
    #expect((16 << 20..<(16 << 20) + 65_536).contains(outcome.output.utf8.count))
  }

  @Test func outputThatIsNotUTF8IsShownAllTheSame() throws {
    #expect(try shell("printf 'a\\377b'", collect: .output).output == "a\u{FFFD}b")
  }

  @Test func aMissingProgramIsNamed() throws {
    let error = #expect(throws: FileError.self) { try Subcommand.run(["/nonexistent/nginx"]) }
    #expect(error?.description == "\"/nonexistent/nginx\": it cannot be run (posix_spawn)")
  }

  @Test(arguments: [[], ["nginx"], ["./nginx"], [""]])
  func onlyAnAbsolutePathIsRun(command: [String]) throws {
    #expect(throws: FileError.self) { try Subcommand.run(command) }
  }
}
