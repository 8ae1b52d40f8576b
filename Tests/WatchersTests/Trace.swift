import Files
import Glibc
import Testing

@testable import Watchers

/// What a program did to its files, as inotify told it, and does it again.
///
/// What is created and never opened for writing is a link; which one, the test says.
final class Trace {
  struct Step: Equatable {
    var event: String
    var path: String
    var cookie: String
  }

  let steps: [Step]
  private let root: String
  private let links: [String: Link]
  private var open: [String: Int32] = [:]
  private var written: [String: Int] = [:]
  private var moved: [String: String] = [:]

  /// What a created name is.
  enum Link {
    case symbolic(String)
    case hard(String)
  }

  /// Reads a trace of the folder `Scenarios/traces`; `links` by path.
  init(_ name: String, in root: String, links: [String: Link] = [:]) throws {
    let tests = String(#filePath.split(separator: "/WatchersTests/").first ?? "")
    let file = "\(tests)/Scenarios/traces/\(name).inotify.txt"
    let bytes = try FileSystem.read(file, limit: 100_000)
    steps = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 4 else { return nil }
      return Step(event: words[1], path: words[2], cookie: words[3])
    }
    self.root = root
    self.links = links
  }

  deinit { for file in open.values { close(file) } }

  private func reopen(_ path: String) -> Int32 { unsafe Glibc.open(path, O_WRONLY | O_TRUNC) }

  /// The text that the last write left in a file.
  func text(of path: String) -> String { "\(path) \(written[path] ?? 0)\n" }

  /// Does one step; the first half of a rename waits for the second one.
  func perform(_ step: Step) throws {
    let path = "\(root)/\(step.path)"
    switch step.event {
    case "CREATE":
      try FileSystem.makeParents(of: path, below: root)
      switch links[step.path] {
      case .symbolic(let target): try #require(unsafe symlink(target, path) == 0)
      case .hard(let other): try #require(unsafe link("\(root)/\(other)", path) == 0)
      case nil: open[step.path] = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644)
      }
    case "MODIFY":
      // The first write of a file that was there truncates it.
      let file = open[step.path] ?? reopen(path)
      open[step.path] = file
      written[step.path, default: 0] += 1
      let text = text(of: step.path)
      try #require(unsafe pwrite(file, text, text.utf8.count, 0) == text.utf8.count)
    case "CLOSE_WRITE":
      let file = open.removeValue(forKey: step.path)
      close(try #require(file))
    case "ATTRIB": try #require(unsafe chmod(path, 0o600) == 0)
    case "DELETE": try #require(unsafe unlink(path) == 0)
    case "MOVED_FROM": moved[step.cookie] = step.path
    case "MOVED_TO":
      let old = try #require(moved[step.cookie])
      try #require(unsafe rename("\(root)/\(old)", path) == 0)
      open[step.path] = open.removeValue(forKey: old)
    default: Issue.record("unknown event \(step.event)")
    }
  }
}

extension FileSystem {
  /// Makes the folders in which a file is to stand.
  static func makeParents(of path: String, below root: String) throws {
    var folder = root
    for part in path.dropFirst(root.count + 1).split(separator: "/").dropLast() {
      folder += "/\(part)"
      try makeDirectory(folder)
    }
  }
}
