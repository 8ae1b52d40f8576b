internal import Files
internal import Generations
internal import Planner

extension Performer {
  /// Writes a generation, here if it needs no new key.
  ///
  /// Keys are made in `stage@`: it takes long, and what a library touches meanwhile would stay in
  /// the daemon's memory.
  func stage(
    _ order: StageOrder, _ adoption: Adoption, _ observation: Observation,
    _ finish: @escaping (StepResult) -> Void
  ) {
    let store = ServiceStore(root: paths.state, name: adoption.name)
    let keepsCertificate = !order.newCertificate && observation.current != nil
    // Whoever holds the lock may be about to change what this order was made from, so the helper,
    // which waits for the lock, looks anew.
    guard keepsCertificate || order.certificate.source.isBrought,
      let lock = freeLock(of: store),
      store.currentNumber == observation.current?.number
    else { return start("stage", adoption, finish) }
    report(finish) {
      let made = try GenerationMaker(
        paths: paths, adoption: adoption, now: observation.clock.realtime
      ).make(order, current: observation.current)
      try store.setCandidate(made.number)
    }
    _ = consume lock
  }

  /// The lock, unless somebody holds it: the loop waits for nobody.
  ///
  /// What else is wrong with it the helper tells.
  private func freeLock(of store: ServiceStore) -> FileLock? {
    do throws(FileError) {
      try store.prepareFolders()
      return try store.lock(milliseconds: 0)
    } catch {
      return nil
    }
  }
}
