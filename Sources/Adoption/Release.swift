public import Files
internal import Glibc

/// Makes the server independent of us: links become plain copies of what it runs with.
///
/// The caller holds the service's lock, so that `current` stays the same meanwhile. Wherever it
/// stops, each file of the server is either the old link or a whole copy, and both can be served.
/// Files of the daemon are read without following symlinks: it is not trusted by root.
public struct Release {
  private let paths: RootPaths

  /// Works below `paths.root`.
  public init(_ paths: RootPaths) { self.paths = paths }

  /// Replaces the links by copies, then removes drop-in, polkit rule and record.
  ///
  /// Done before: only repairs what is missing. Afterwards systemd must reload its files.
  public func run() throws(FileError) {
    let links = linksToCurrent()
    if !links.isEmpty { try copy(links) }
    try RootPieces(paths).removeDropInRuleAndRecord()
  }

  /// The server's files that are still links into the current generation, with the name there.
  private func linksToCurrent() -> [(path: String, file: String)] {
    let prefix = paths.current("")
    var candidates = FileSystem.list(paths.siteDirectory).map { "\(paths.siteDirectory)/\($0)" }
    candidates.append(paths.http)
    return candidates.compactMap { path in
      guard let target = FileSystem.linkTarget(path), target.hasPrefix(prefix) else { return nil }
      return (path, String(target.dropFirst(prefix.count)))
    }
  }

  private func copy(_ links: [(path: String, file: String)]) throws(FileError) {
    let generation = try currentGeneration()
    // Everything is read before anything is written.
    let chain = try read("chain.pem", of: generation)
    let key = try read("key.pem", of: generation)
    var copies: [(path: String, bytes: [UInt8])] = []
    for link in links {
      do throws(FileError) {
        let bytes = try read(link.file, of: generation)
        copies.append((link.path, rewritten(bytes, generation)))
      } catch  where error.isMissing {
        // The link of a site that the settings gave up: it dangles, so no server includes it.
        try FileSystem.remove(link.path)
      }
    }
    if !FileSystem.isDirectory(paths.siteDirectory) {
      for directory in [FileSystem.parent(paths.siteDirectory), paths.siteDirectory] {
        try FileSystem.makeDirectory(directory)
      }
    }
    try FileSystem.write(chain, to: paths.releasedChain, mode: 0o644)
    try FileSystem.write(key, to: paths.releasedKey, mode: 0o600)
    for copy in copies { try FileSystem.write(copy.bytes, to: copy.path, mode: 0o644) }
  }

  /// The number that `current` names; its text is `generations/NNNNNN` and nothing else.
  private func currentGeneration() throws(FileError) -> String {
    let link = "\(paths.state)/current"
    let prefix = "generations/"
    guard let target = FileSystem.linkTarget(link), target.hasPrefix(prefix) else {
      throw FileError(
        "readlink", link,
        reason: "no current generation, so there is nothing to copy and nothing was changed; "
          + "restore it, or take our includes out of the server's configuration")
    }
    let number = target.dropFirst(prefix.count)
    guard !number.isEmpty, number.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw FileError("readlink", link, reason: "names no generation, so nothing was changed")
    }
    return String(number)
  }

  /// Reads one regular file of a generation; no component may be a symlink (openat(2)).
  private func read(_ file: String, of generation: String) throws(FileError) -> [UInt8] {
    let path = "\(paths.state)/generations/\(generation)/\(file)"
    guard !file.contains("/"), !file.isEmpty, file != ".." else {
      throw FileError("openat", path, reason: "the name of a file was expected")
    }
    var raw = try Descriptor(
      opening: paths.state, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    var facts = stat()
    guard unsafe fstat(raw.raw, &facts) == 0 else {
      throw FileError("fstat", path, code: errno, reason: "cannot be examined")
    }
    // A hard link to somebody else's file would otherwise be copied where all can read it.
    let owner = facts.st_uid
    for directory in ["generations", generation] {
      raw = try openBeneath(raw, directory, O_RDONLY | O_DIRECTORY, path)
    }
    let opened = try openBeneath(raw, file, O_RDONLY | O_NONBLOCK | O_NOCTTY, path)
    guard unsafe fstat(opened.raw, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
      facts.st_uid == owner
    else { throw FileError("fstat", path, reason: "not a regular file of the service's owner") }
    return try opened.readAll(limit: AdoptionLimits.generationFileBytes, path: path)
  }

  private func openBeneath(
    _ directory: borrowing Descriptor, _ name: String, _ flags: Int32, _ path: String
  ) throws(FileError) -> Descriptor {
    let raw = unsafe openat(directory.raw, name, flags | O_NOFOLLOW | O_CLOEXEC)
    guard raw >= 0 else {
      let code = errno
      let reason = code == ELOOP ? "a symlink where none belongs" : "cannot be opened"
      throw FileError("openat", path, code: code, reason: reason)
    }
    return Descriptor(owning: raw)
  }

  /// Paths into the state become paths to the copies.
  ///
  /// That of the trust bundle too: it is not renewed any more, so none is served.
  private func rewritten(_ bytes: [UInt8], _ generation: String) -> [UInt8] {
    var result = bytes
    for folder in ["generations/\(generation)", "current", "public"] {
      let old = "\(paths.state)/\(folder)"
      result = replace(Array(old.utf8), by: Array(paths.siteDirectory.utf8), in: result)
    }
    return result
  }

  private func replace(_ old: [UInt8], by new: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let end = index + old.count
      let isWhole =
        end <= bytes.count && bytes[index] == old[0] && bytes[index..<end].elementsEqual(old)
        && (end == bytes.count || bytes[end] == UInt8(ascii: "/"))
      if isWhole {
        result += new
        index = end
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }
}
