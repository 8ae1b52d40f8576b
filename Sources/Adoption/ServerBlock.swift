/// A directive and the file it stands in.
public struct PlacedDirective: Equatable, Sendable {
  /// The index in `NginxConfiguration.files`.
  public var file: Int
  /// The path of that file as nginx names it.
  public var path: String
  /// The directive.
  public var directive: NginxDirective

  /// Where it starts, as `FILE:LINE`.
  public var place: String { "\(path):\(directive.lines.lowerBound)" }
}

/// One server block of the http part with what matters to us.
public struct ServerBlock: Equatable, Sendable {
  /// The block itself.
  public var block: PlacedDirective
  /// Its listeners without `unix:` ones; `sockets` knows what an empty list means.
  public var listens: [Listener] = []
  /// Whether any `listen` is written, `unix:` ones counted.
  public var hasListenLine = false
  /// The names in `server_name`, lower case; empty: none.
  public var serverNames: [String] = []
  /// The paths of the files that are included at the level of this block, patterns resolved.
  public var includes: [String] = []
  /// The directives `ssl`, `ssl_certificate`, `ssl_certificate_key`, `ssl_protocols`, and
  /// `error_page` with 497.
  public var tls: [PlacedDirective] = []

  /// Where nginx listens for this block: port 80 if nothing is written (as root).
  public var sockets: [ListenAddress] {
    hasListenLine ? listens.map(\.address) : [ListenAddress(host: "*", ports: 80...80)]
  }

  /// The names as nginx compares them: no name is the empty one.
  public var effectiveNames: [String] { serverNames.isEmpty ? [""] : serverNames }

  /// The block's place and names for a message.
  public var label: String {
    let names = effectiveNames.filter { !$0.isEmpty }
    let suffix = names.isEmpty ? "no server_name" : "server_name \(names.joined(separator: " "))"
    return "\"\(block.place)\" (\(suffix))"
  }
}

/// One `listen` line.
public struct Listener: Equatable, Sendable {
  /// The directive.
  public var line: PlacedDirective
  /// Where it listens.
  public var address: ListenAddress
  /// What follows the address, for example `ssl` and `default_server`.
  public var flags: [String]
}

/// The address of a `listen` line (ngx_http_core_module).
public struct ListenAddress: Hashable, Sendable {
  /// `*` for every IPv4 address, `[::]` for every IPv6 address, else as it is written, lower case.
  public var host: String
  /// One port, or the range that is written.
  public var ports: ClosedRange<Int>

  /// The port, or the range.
  public var portText: String {
    ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
  }

  /// As in a `listen` line.
  public var text: String { "\(host):\(portText)" }

  /// Whether it stands for every address of its family.
  public var isWildcard: Bool { host == "*" || host == "[::]" }

  /// Makes an address; `0.0.0.0` becomes `*`, IPv6 gets its brackets.
  public init(host: String, ports: ClosedRange<Int>) {
    var host = host.lowercased()
    if host == "0.0.0.0" || host.isEmpty { host = "*" }
    if host == "localhost" { host = "127.0.0.1" }
    if host.contains(":") && !host.hasPrefix("[") { host = "[\(host)]" }
    if host == "[0:0:0:0:0:0:0:0]" || host == "[::0]" { host = "[::]" }
    self.host = host
    self.ports = ports
  }

  /// Reads `address[:port]`, `port` or `unix:path` (then nil).
  public init?(_ text: String) {
    guard !text.lowercased().hasPrefix("unix:") else { return nil }
    if let ports = Self.portRange(text) {
      self.init(host: "*", ports: ports)
      return
    }
    var host = text
    var ports = 80...80
    let colon = text.lastIndex(of: ":")
    let bracket = text.lastIndex(of: "]")
    if let colon, bracket.map({ $0 < colon }) ?? true {
      guard let written = Self.portRange(text[text.index(after: colon)...]) else { return nil }
      host = String(text[..<colon])
      ports = written
    }
    self.init(host: host, ports: ports)
  }

  private static func portRange(_ text: some StringProtocol) -> ClosedRange<Int>? {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, let first = numbers.first, let last = numbers.last,
      first >= 1, first <= last, last <= 65_535
    else { return nil }
    return first...last
  }
}
