extension Manager {
  /// Somebody who waits for the outcome of a job.
  struct JobWaiter {
    let unit: String
    let timer: Timer?
    let completion: (JobOutcome) -> Void
  }

  /// Starts a unit (`StartUnit`, mode `replace`); `completion` is called exactly once.
  ///
  /// It comes when the job has ended, was refused, had no result within `timeoutSeconds`, or when
  /// the connection is lost; never before this returns. A timeout does not stop the job.
  public func start(
    unit: String, timeoutSeconds: Int, completion: @escaping (JobOutcome) -> Void
  ) {
    runJob("StartUnit", unit, timeoutSeconds, completion)
  }

  /// Restarts a unit (`RestartUnit`), as `start(unit:timeoutSeconds:completion:)`.
  public func restart(
    unit: String, timeoutSeconds: Int, completion: @escaping (JobOutcome) -> Void
  ) {
    runJob("RestartUnit", unit, timeoutSeconds, completion)
  }

  /// Starts a unit that ends by itself, as `start(unit:timeoutSeconds:completion:)`, and asks it
  /// why if it fails.
  ///
  /// Of one that was not begun nothing is asked: it would tell of the run before.
  public func startAndAsk(
    unit: String, timeoutSeconds: Int, completion: @escaping (UnitStart) -> Void
  ) {
    start(unit: unit, timeoutSeconds: timeoutSeconds) { job in
      guard case .finished = job, !job.isDone else {
        return completion(UnitStart(job: job, status: ""))
      }
      self.properties(of: unit) { properties in
        completion(UnitStart(job: job, status: (try? properties.get())?.statusText ?? ""))
      }
    }
  }

  /// Restarts a unit if it runs by then (`TryRestartUnit`), as
  /// `start(unit:timeoutSeconds:completion:)`; of one that does not the job is done at once.
  public func tryRestart(
    unit: String, timeoutSeconds: Int, completion: @escaping (JobOutcome) -> Void
  ) {
    runJob("TryRestartUnit", unit, timeoutSeconds, completion)
  }

  /// Reloads a unit (`ReloadUnit`), as `start(unit:timeoutSeconds:completion:)`.
  public func reload(
    unit: String, timeoutSeconds: Int, completion: @escaping (JobOutcome) -> Void
  ) {
    runJob("ReloadUnit", unit, timeoutSeconds, completion)
  }

  /// Stops a unit (`StopUnit`), as `start(unit:timeoutSeconds:completion:)`.
  public func stop(
    unit: String, timeoutSeconds: Int, completion: @escaping (JobOutcome) -> Void
  ) {
    runJob("StopUnit", unit, timeoutSeconds, completion)
  }

  private func runJob(
    _ member: String, _ unit: String, _ timeoutSeconds: Int,
    _ completion: @escaping (JobOutcome) -> Void
  ) {
    let ticket = jobs.ask()
    // Without memory or descriptors for a timer, the call's own timeout still bounds the answer.
    let timer = try? loop.timer(.boottime) { [weak self] in
      self?.settle(
        ticket, .noAnswer("\(member) of \"\(unit)\": no result within \(timeoutSeconds) s"))
    }
    timer?.arm(atMicroseconds: Clock.boottimeMicroseconds() + microseconds(timeoutSeconds))
    jobWaiters[ticket] = JobWaiter(unit: unit, timer: timer, completion: completion)
    call(.systemd(member), [unit, "replace"], timeoutSeconds: timeoutSeconds) {
      message throws(SystemdError) in
      try message.readString("o")
    } completion: { [weak self] result in
      guard let self else { return }
      switch result {
      case .success(let path):
        guard let early = jobs.answered(ticket, path: path) else { return }
        settle(ticket, .finished(result: early))
      case .failure(let error):
        settle(ticket, JobOutcome(error))
      }
    }
  }

  /// Gives the outcome to whoever waits, once; later ones for the same ticket have no effect.
  func settle(_ ticket: JobTable.Ticket, _ outcome: JobOutcome) {
    guard let waiter = jobWaiters.removeValue(forKey: ticket) else { return }
    jobs.drop(ticket)
    waiter.timer?.cancel()
    waiter.completion(outcome)
  }

  /// The signal JobRemoved: number, path, unit, result.
  func jobRemoved(_ message: borrowing BusMessage) {
    guard (try? message.readUInt32()) != nil, let path = try? message.readString("o"),
      let unit = try? message.readString(), let result = try? message.readString()
    else { return }
    for ticket in jobs.removed(path: path, result: result) {
      settle(ticket, .finished(result: result))
    }
    unitMayHaveChanged(unit)
  }

  /// After a reload or a new execution a JobRemoved may have been missed: asks for each job.
  func checkJobs() {
    for path in jobs.paths {
      let method = BusMethod(
        destination: BusNames.systemd, path: path, interface: BusNames.properties, member: "Get")
      call(method, ["org.freedesktop.systemd1.Job", "Id"], timeoutSeconds: 30) {
        _ throws(SystemdError) in
      } completion: { [weak self] result in
        guard let self, case .failure(let error) = result,
          error.name == "org.freedesktop.DBus.Error.UnknownObject"
        else { return }
        // Its JobRemoved would have come before this answer, from the same sender.
        for ticket in jobs.lost(path: path) {
          settle(ticket, .noAnswer("systemd was reloaded and does not know the job any more"))
        }
      }
    }
  }
}
