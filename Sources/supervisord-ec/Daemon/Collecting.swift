internal import Systemd

extension Manager {
  /// How long systemd may take to read a few files and to run a helper of ours, in seconds.
  private static var helperTimeout: Int { 90 }

  /// What systemd itself says in its journal only, as "status=243/CREDENTIALS".
  private static let notHandedOver = "perhaps as a file is missing or larger than 1 MiB"

  /// Starts a helper of ours; `finish` gets why it failed, nil if it did not.
  func startAndTell(unit: String, finish: @escaping (_ problem: String?) -> Void) {
    start(unit: unit, timeoutSeconds: Self.helperTimeout) { outcome in
      let reason: String
      switch outcome {
      case .finished(let result) where result == "done": return finish(nil)
      case .finished(let result): reason = "systemd reports the job as \"\(result)\""
      case .refused(let error): return finish("systemd refused: \(error.reason)")
      case .noAnswer(let text): return finish(text)
      }
      // Why it failed is the last status that the unit gave (sd_notify(3), STATUS=); without one
      // it was not even begun, as a file is missing.
      self.properties(of: unit) { properties in
        let status = (try? properties.get())?.statusText ?? ""
        finish(
          status.isEmpty
            ? "\(reason), \(Self.notHandedOver); see: journalctl -u \(unit)" : status)
      }
    }
  }
}
