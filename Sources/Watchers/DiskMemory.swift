internal import Files
internal import Generations
internal import Planner

/// What was read from records that rarely change, kept while stat(2) sees them unchanged.
///
/// A look at a service costs some stat(2) then, not the decoding of a dozen files: with many
/// services in trouble they are looked at all the time.
final class DiskMemory {
  struct Known<Value> {
    var paths: [String]
    var stamp: FilesStamp
    var value: Value
  }

  private let youngestSeconds: Int
  private var adoptions: [String: Known<Adoption>] = [:]
  private var ratchets: [String: Known<Ratchet>] = [:]
  private var generations: [String: [Int: Known<GenerationFacts>]] = [:]
  private var imports: [String: Known<CertificateFacts>] = [:]
  private var records: [String: Known<FollowedFacts>] = [:]
  private var askers: [String: String] = [:]

  /// More requests than this are not told apart.
  private static let mostRequests = 1_024

  /// Files that are younger are read each time.
  init(youngestSeconds: Int = FilesStamp.youngestSeconds) {
    self.youngestSeconds = youngestSeconds
  }

  /// Everything is read anew from now on.
  func forgetAll() {
    adoptions = [:]
    ratchets = [:]
    generations = [:]
    imports = [:]
    records = [:]
  }

  /// The record of a service.
  func adoption(_ name: String, in store: AdoptionStore) -> Adoption? {
    look(&adoptions[name], [store.root, "\(store.root)/\(name).json"]) {
      try? store.read(name)
    }
  }

  /// The ratchet of a unit; what cannot be read throws and is not kept.
  func ratchet(_ unit: String, in store: RatchetStore) throws(FileError) -> Ratchet {
    var problem: FileError?
    let found = look(&ratchets[unit], [store.path(unit: unit)]) { () -> Ratchet? in
      do throws(FileError) {
        return try store.read(unit: unit)
      } catch {
        problem = error
        return nil
      }
    }
    if let problem { throw problem }
    return found ?? Ratchet()
  }

  /// A whole generation; every file of it is read again as soon as one of them has changed.
  func generation(_ number: Int, of store: ServiceStore) -> GenerationFacts? {
    let folder = store.path(of: number)
    let paths =
      generations[store.name]?[number]?.paths
      ?? [folder] + FileSystem.list(folder).map { "\(folder)/\($0)" }
    return look(&generations[store.name, default: [:]][number], paths) {
      store.generation(number)
    }
  }

  /// The imported certificate that a service's settings name, if it is whole.
  func imported(_ sha256: String, of store: ServiceStore) -> CertificateFacts? {
    let folder = store.path(ofImport: sha256)
    if imports[store.name]?.value.sha256 != sha256 { imports[store.name] = nil }
    let paths =
      imports[store.name]?.paths
      ?? [folder] + FileSystem.list(folder).map { "\(folder)/\($0)" }
    return look(&imports[store.name], paths) { store.importedCertificate(sha256) }
  }

  /// What was seen last of the files that a service follows.
  func followed(of store: ServiceStore) -> FollowedFacts? {
    look(&records[store.name], [store.followedPath]) { store.followed() }
  }

  /// Keeps only these generations of a service in mind.
  func keep(_ numbers: [Int?], of name: String) {
    guard let known = generations[name], known.keys.contains(where: { !numbers.contains($0) })
    else { return }
    generations[name] = known.filter { numbers.contains($0.key) }
  }

  /// Remembers for which service a request is, as its file tells that no more once it is gone.
  func note(_ request: Request, file: String) {
    if askers.count >= Self.mostRequests { askers = [:] }
    askers[file] = request.name
  }

  /// The service that a request was for.
  func asker(_ file: String) -> String? { askers[file] }

  /// What is known if the files are as they were; else what `read` finds, kept if it can be trusted
  /// to be unchanged as long as the stamp is.
  func look<Value>(
    _ known: inout Known<Value>?, _ paths: [String], _ read: () -> Value?
  ) -> Value? {
    // Before reading: what changes in between is seen the next time.
    let stamp = FilesStamp(paths, youngestSeconds: youngestSeconds)
    if let known, known.stamp == stamp, stamp.isTrusted { return known.value }
    let value = read()
    known = stamp.isTrusted ? value.map { Known(paths: paths, stamp: stamp, value: $0) } : nil
    return value
  }
}
