internal import Systemd

extension Manager {
  /// How long systemd may take to read a few files and to run a helper of ours, in seconds.
  private static var helperTimeout: Int { 90 }

  /// What systemd itself says in its journal only, as "status=243/CREDENTIALS".
  private static let notHandedOver = "perhaps as a file is missing or larger than 1 MiB"

  /// Starts a helper of ours; `finish` gets why it failed, nil if it did not.
  func startAndTell(unit: String, finish: @escaping (_ problem: String?) -> Void) {
    startAndAsk(unit: unit, timeoutSeconds: Self.helperTimeout) { start in
      switch start.job {
      case .finished where start.job.isDone: finish(nil)
      // Without a status it was not even begun, as a file is missing.
      case .finished(let result) where start.status.isEmpty:
        finish(
          "\(JobOutcome.reason(result)), \(Self.notHandedOver); see: journalctl -u \(unit)")
      case .finished: finish(start.status)
      case .refused(let error): finish("systemd refused: \(error.reason)")
      case .noAnswer(let text): finish(text)
      }
    }
  }
}
