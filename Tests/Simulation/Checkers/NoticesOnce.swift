import Planner

/// The journal hears of each notice once when it comes and once when it goes, and never misses one;
/// an error is said again only in other words.
struct NoticesOnce: Checker {
  private var told: [String: String] = [:]

  mutating func see(_ moment: Moment, in world: World) -> String? {
    switch moment {
    case .said(let entries, let standing):
      for entry in entries {
        switch entry {
        case .raised(let notice):
          if told[notice.code] == notice.text { return "\"\(notice.code)\" was said twice" }
          if told[notice.code] != nil && notice.severity != .error {
            return "\"\(notice.code)\" was said again, though it is no error"
          }
          told[notice.code] = notice.text
        case .cleared(let code):
          if told.removeValue(forKey: code) == nil { return "\"\(code)\" was cleared, never said" }
        }
      }
      let codes = Set(standing.map(\.code))
      if codes != Set(told.keys) {
        return "told \(told.keys.sorted()), but \(codes.sorted()) stand"
      }
      if codes.count < standing.count { return "a notice stands twice: \(standing.map(\.code))" }
    case .crashed: told = [:]
    case .planned, .begins, .ended, .outside, .idle, .settled: break
    }
    return nil
  }
}
