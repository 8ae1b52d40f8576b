/// What nginx reads, as `nginx -T` prints it: all files, and the server blocks of its http part.
///
/// It does not judge values; nginx did so before it printed them.
public struct NginxConfiguration: Equatable, Sendable {
  /// The files in the order in which nginx opened them; the main one first.
  public private(set) var files: [NginxFile]
  /// The server blocks of the http part, wherever they stand.
  public internal(set) var servers: [ServerBlock] = []
  /// The `http` block, if there is one.
  public internal(set) var http: PlacedDirective?
  /// How often a file is included, by its index.
  var inclusions: [Int: Int] = [:]
  /// The files that are included at the level of `http`.
  var filesInHTTP: Set<Int> = []

  /// Reads the output of `nginx -T` (standard output only).
  ///
  /// `contents` gives a file as it is on disk. With it the borders between files are certain, even
  /// where a comment looks like a header of the dump; without it a header is a line of that form.
  public static func parse(
    dump: [UInt8], contents: (String) -> [UInt8]? = { _ in nil }
  ) throws(NginxSyntaxError) -> NginxConfiguration {
    guard dump.count <= AdoptionLimits.dumpBytes else {
      let reason = "the configuration has more than \(AdoptionLimits.dumpBytes) bytes"
      throw NginxSyntaxError(file: "nginx -T", line: 1, reason: reason)
    }
    var configuration = NginxConfiguration(files: [])
    for (path, bytes) in try split(dump, contents) {
      let directives = try NginxFileParser.parse(bytes, path: path)
      configuration.files.append(NginxFile(path: path, contents: bytes, directives: directives))
    }
    try configuration.expand()
    return configuration
  }

  /// The header that nginx writes before each file (ngx_dump_config of nginx.c).
  private static let header = Array("# configuration file ".utf8)

  /// After a file's contents nginx writes one newline, then the next header.
  private static func split(
    _ dump: [UInt8], _ contents: (String) -> [UInt8]?
  ) throws(NginxSyntaxError) -> [(path: String, bytes: [UInt8])] {
    var result: [(String, [UInt8])] = []
    var position = 0
    while position < dump.count {
      guard let (path, start) = headerLine(dump, at: position) else {
        let reason = "no line \"# configuration file …:\" where one was expected"
        throw NginxSyntaxError(file: "nginx -T", line: 1, reason: reason)
      }
      var end = start
      if let known = contents(path), isFile(known, in: dump, at: start) {
        end = start + known.count
      } else {
        end = scanForHeader(dump, from: start)
      }
      result.append((path, Array(dump[start..<end])))
      position = end + 1
    }
    guard !result.isEmpty else {
      throw NginxSyntaxError(file: "nginx -T", line: 1, reason: "it printed nothing")
    }
    return result
  }

  private static func isFile(_ known: [UInt8], in dump: [UInt8], at start: Int) -> Bool {
    let end = start + known.count
    guard end <= dump.count, dump[start..<end].elementsEqual(known) else { return false }
    if end + 1 >= dump.count { return true }
    return dump[end] == UInt8(ascii: "\n") && headerLine(dump, at: end + 1) != nil
  }

  /// The end of the contents that start at `start`: one newline before the next header.
  private static func scanForHeader(_ dump: [UInt8], from start: Int) -> Int {
    var index = start
    while index < dump.count {
      if headerLine(dump, at: index) != nil { return max(start, index - 1) }
      while index < dump.count, dump[index] != UInt8(ascii: "\n") { index += 1 }
      index += 1
    }
    return dump.last == UInt8(ascii: "\n") ? max(start, dump.count - 1) : dump.count
  }

  private static func headerLine(
    _ dump: [UInt8], at start: Int
  ) -> (path: String, next: Int)? {
    guard dump[start...].starts(with: header) else { return nil }
    let pathStart = start + header.count
    guard let end = dump[pathStart...].firstIndex(of: UInt8(ascii: "\n")),
      end > pathStart, dump[end - 1] == UInt8(ascii: ":"), dump[pathStart] == UInt8(ascii: "/")
    else { return nil }
    return (String(decoding: dump[pathStart..<end - 1], as: UTF8.self), end + 1)
  }
}
