public import Files
public import Planner

extension ServiceStore {
  /// What a generation is; nil if it is missing, damaged or incomplete.
  public func generation(_ number: Int) -> GenerationFacts? {
    guard Self.isValidName(name) else { return nil }
    let folder = path(of: number)
    guard let manifest = try? readManifest(in: folder), manifest.generation.number == number,
      manifest.files.count <= StoreLimits.filesPerGeneration
    else { return nil }
    for file in [Self.chainFile, Self.keyFile] where manifest.files[file] == nil { return nil }
    for (file, record) in manifest.files {
      guard Self.isPlainFileName(file),
        FileRecord(of: "\(folder)/\(file)") == record
      else { return nil }
    }
    return manifest.generation
  }

  /// Why the current generation cannot be understood, if a newer version of the program wrote it.
  public func newerCurrent() -> String? {
    guard Self.isValidName(name), let number = currentNumber else { return nil }
    do throws(FileError) {
      _ = try readManifest(in: path(of: number))
      return nil
    } catch {
      return error.isNewerRecord ? "\(error)" : nil
    }
  }

  /// The numbers of all generation folders, ascending; whether they are whole says `generation`.
  public func numbers() -> [Int] {
    guard Self.isValidName(name) else { return [] }
    return FileSystem.list(generations).compactMap { Self.number(of: $0) }.sorted()
  }

  /// The number that `write` gives next: above every folder and every link.
  ///
  /// Hold the lock from here to `write`, as what is rendered names its own path.
  public func nextNumber() -> Int {
    let linked = Link.allCases.compactMap(linkedNumber)
    return ((numbers() + linked).max() ?? 0) + 1
  }

  /// Writes a generation as `nextNumber`; hold the lock.
  ///
  /// It is written completely below a temporary name, flushed file by file, and renamed into
  /// place: whatever stops this, a generation is whole or not there.
  public func write(_ content: NewGeneration) throws(FileError) -> GenerationFacts {
    try checkName()
    let number = nextNumber()
    let facts = GenerationFacts(
      number: number, listen: content.listen, certificateTarget: content.certificateTarget,
      certificate: content.certificate, createdAt: content.createdAt, why: content.why)
    let files = try files(of: content, as: facts)
    try writeFolder(
      Self.format(number), in: generations,
      files: files.map { NewFile(name: $0, bytes: $1, mode: $0 == Self.keyFile ? 0o600 : 0o644) })
    return facts
  }

  /// Removes generations that are neither kept nor named by a link, and unfinished ones.
  ///
  /// Hold the lock. A link that cannot be understood stops it: nothing is removed then.
  public func prune(keeping: Set<Int>) throws(FileError) {
    try checkName()
    var kept = keeping
    for link in Link.allCases where FileSystem.exists(path(of: link)) {
      guard let number = linkedNumber(link) else {
        throw FileError(
          "readlink", path(of: link), reason: "names no generation, so nothing is removed")
      }
      kept.insert(number)
    }
    for number in numbers() where !kept.contains(number) {
      // Out of sight first, so that a crash leaves no half of a generation.
      let gone = "\(generations)/.\(Self.format(number)).removed\(Self.temporarySuffix)"
      try FileSystem.removeTree(gone)
      try FileSystem.move(path(of: number), to: gone)
    }
    try removeUnfinished(in: generations)
    FileSystem.removeTemporaries(in: directory)
  }

  /// The chain and the key of a generation, PEM.
  public func chainAndKey(of number: Int) throws(FileError) -> (chain: [UInt8], key: [UInt8]) {
    try checkName()
    let folder = path(of: number)
    return (
      try FileSystem.read("\(folder)/\(Self.chainFile)", limit: StoreLimits.fileBytes),
      try FileSystem.read("\(folder)/\(Self.keyFile)", limit: StoreLimits.fileBytes)
    )
  }

  private func readManifest(in folder: String) throws(FileError) -> Manifest {
    let path = "\(folder)/\(Manifest.fileName)"
    let bytes = try FileSystem.read(path, limit: StoreLimits.recordBytes)
    return try VersionedJSON.decode(
      Manifest.self, from: bytes, path: path, version: Manifest.version)
  }

  /// Every file with its name, the manifest last.
  private func files(
    of content: NewGeneration, as facts: GenerationFacts
  ) throws(FileError) -> [(String, [UInt8])] {
    let folder = path(of: facts.number)
    var files = content.rendered
    for name in content.rendered.keys.sorted() {
      let reserved = [Self.chainFile, Self.keyFile, Manifest.fileName].contains(name)
      guard Self.isPlainFileName(name), !reserved else {
        throw FileError("create", "\(folder)/\(name)", reason: "not a name for a rendered file")
      }
    }
    files[Self.chainFile] = content.chainPEM
    files[Self.keyFile] = content.keyPEM
    guard files.count <= StoreLimits.filesPerGeneration else {
      throw FileError("create", folder, reason: "over \(StoreLimits.filesPerGeneration) files")
    }
    let manifest = Manifest(generation: facts, files: files.mapValues { FileRecord($0) })
    let path = "\(folder)/\(Manifest.fileName)"
    let record = try VersionedJSON.encode(manifest, path: path, version: Manifest.version)
    guard record.count <= StoreLimits.recordBytes else {
      throw FileError("create", path, reason: "larger than \(StoreLimits.recordBytes) bytes")
    }
    return files.sorted { $0.key < $1.key } + [(Manifest.fileName, record)]
  }

  /// A name that stays inside its folder and is no hidden file.
  private static func isPlainFileName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: "."), name.utf8.count <= 255 else {
      return false
    }
    return !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0)
  }
}
