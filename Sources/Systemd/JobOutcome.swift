/// What became of a job that was asked of systemd.
public enum JobOutcome: Equatable, Sendable {
  /// The job ended: `done`, `failed`, `canceled`, `timeout`, `dependency`, `skipped`, …
  /// (org.freedesktop.systemd1(5), JobRemoved).
  case finished(result: String)
  /// The answer was an error; nothing was started. `name` is the D-Bus error.
  case refused(SystemdError)
  /// Nobody answered in time or the connection went: whether anything happened is unknown.
  case noAnswer(String)

  /// The outcome that a failed call stands for.
  init(_ error: SystemdError) {
    self = error.isWithoutAnswer ? .noAnswer(error.description) : .refused(error)
  }

  /// What a job is told to have failed for, where nothing says more.
  public static func reason(_ result: String) -> String {
    "systemd reports the job as \"\(result)\""
  }

  /// Whether the job ended as it was meant to.
  public var isDone: Bool { self == .finished(result: "done") }
}

/// What became of a short-lived unit that was started.
public struct UnitStart: Sendable {
  /// What became of the job.
  public var job: JobOutcome
  /// Why it failed, if it was begun and failed: the last status that the unit gave (sd_notify(3),
  /// `STATUS=`); empty: it gave none.
  public var status: String
}
