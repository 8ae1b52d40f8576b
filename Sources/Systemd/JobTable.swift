/// Which question waits for which job.
///
/// Pure: no bus, no clock.
///
/// `StartUnit` answers with the path of a job, and `JobRemoved` names the path with the result; the
/// signal may overtake the answer, and several questions may share one job.
struct JobTable {
  /// One question, from the call to its outcome.
  typealias Ticket = UInt64

  private var next: Ticket = 0
  private var asking: Set<Ticket> = []
  private var waiting: [String: [Ticket]] = [:]
  /// Results that came while somebody still waits for the path; empty otherwise, so bounded by
  /// the jobs that end during a call.
  private var early: [String: String] = [:]

  /// The jobs that are waited for.
  var paths: [String] { waiting.keys.sorted() }

  /// A question is about to be asked.
  mutating func ask() -> Ticket {
    next += 1
    asking.insert(next)
    return next
  }

  /// The answer came: a job at `path`.
  ///
  /// Gives the result if that is already known.
  mutating func answered(_ ticket: Ticket, path: String) -> String? {
    guard asking.remove(ticket) != nil else { return nil }
    let result = early[path]
    if result == nil { waiting[path, default: []].append(ticket) }
    forgetEarly()
    return result
  }

  /// The job at `path` ended.
  ///
  /// Gives the questions that this answers.
  mutating func removed(path: String, result: String) -> [Ticket] {
    if !asking.isEmpty { early[path] = result }
    return waiting.removeValue(forKey: path) ?? []
  }

  /// The job at `path` is not known to systemd any more.
  ///
  /// Gives the questions left without answer.
  mutating func lost(path: String) -> [Ticket] { waiting.removeValue(forKey: path) ?? [] }

  /// The question is settled otherwise.
  mutating func drop(_ ticket: Ticket) {
    asking.remove(ticket)
    for (path, tickets) in waiting where tickets.contains(ticket) {
      let others = tickets.filter { $0 != ticket }
      waiting[path] = others.isEmpty ? nil : others
    }
    forgetEarly()
  }

  private mutating func forgetEarly() {
    if asking.isEmpty { early = [:] }
  }
}
