internal import Glibc
public import Planner
public import Systemd

/// Probes every channel of a generation until all answer as expected, or time is over.
///
/// Only a probe tells what is served: with a port taken, the server's own check and a reload both
/// succeed and the old configuration is served on.
public final class GenerationProbe {
  private let loop: EventLoop
  private let serverName: String?
  private let finish: (String?) -> Void
  private var open: [ChannelExpectation]
  private var problems: [String: String] = [:]
  private var running: [ListenerProbe] = []
  private var unanswered = 0
  private let deadline: UInt64
  private var attemptEnds: UInt64 = 0
  private var pause: UInt64 = 50_000
  private var timer: Timer?
  private var isOver = false

  /// One attempt may take so long; then the next one begins.
  private static let attemptMicroseconds: UInt64 = 3_000_000
  /// Longest pause between two attempts.
  private static let longestPause: UInt64 = 1_000_000

  /// Begins to probe.
  ///
  /// `finish` gets nil, or one line why not, exactly once, never from here.
  public init(
    _ generation: GenerationFacts, serverNames: [String], within seconds: Seconds, loop: EventLoop,
    finish: @escaping (String?) -> Void
  ) throws(SystemdError) {
    self.loop = loop
    self.finish = finish
    open = ChannelExpectation.all(of: generation)
    serverName = (serverNames + generation.certificate.names).first(where: Self.isPlainHostName)
    deadline = Clock.boottimeMicroseconds() + UInt64(max(seconds, 1)) * 1_000_000
    timer = try loop.timer(.boottime) { [weak self] in self?.timeIsOver() }
    attempt()
  }

  /// Gives up without an answer.
  public func cancel() {
    isOver = true
    running.forEach { $0.cancel() }
    running = []
    timer?.cancel()
    timer = nil
  }

  /// Names that make sense in SNI (RFC 6066 §3: no addresses) and in a Host field.
  private static func isPlainHostName(_ name: String) -> Bool {
    !name.isEmpty && name != "_" && !name.contains(":") && name.contains { $0.isLetter }
      && name.utf8.allSatisfy { $0 == 0x2D || $0 == 0x2E || $0 == 0x5F || isAlphanumeric($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private func attempt() {
    let now = Clock.boottimeMicroseconds()
    attemptEnds = min(now + Self.attemptMicroseconds, deadline)
    timer?.arm(atMicroseconds: attemptEnds, accuracyMicroseconds: 1_000)
    unanswered = open.count
    if open.isEmpty { loop.post { [weak self] in self?.end(nil) } }
    running = open.map { expectation in
      ListenerProbe(expectation, serverName: serverName, loop: loop) { [weak self] problem in
        self?.answered(expectation, problem)
      }
    }
  }

  private func answered(_ expectation: ChannelExpectation, _ problem: String?) {
    guard !isOver else { return }
    unanswered -= 1
    problems[expectation.place] = problem
    if problem == nil { open.removeAll { $0 == expectation } }
    if open.isEmpty { return end(nil) }
    guard unanswered == 0 else { return }
    attemptEnds = 0
    let next = min(Clock.boottimeMicroseconds() + pause, deadline)
    pause = min(2 * pause, Self.longestPause)
    timer?.arm(atMicroseconds: next, accuracyMicroseconds: 1_000)
  }

  private func timeIsOver() {
    guard !isOver else { return }
    running.forEach { $0.cancel() }
    guard Clock.boottimeMicroseconds() < deadline else { return end(summary()) }
    attempt()
  }

  private func end(_ problem: String?) {
    guard !isOver else { return }
    cancel()
    finish(problem)
  }

  private func summary() -> String {
    let lines = open.map { "\($0.place): \(problems[$0.place] ?? "no answer")" }
    let more = lines.count > 1 ? " (and \(lines.count - 1) more)" : ""
    return (lines.first ?? "no answer") + more
  }
}
