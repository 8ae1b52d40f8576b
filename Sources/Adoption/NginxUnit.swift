/// What a unit runs, and whether that is the nginx whose configuration `nginx -T` shows.
///
/// Another one (`-c`, `-p`, another program, another root) would be changed and checked by looking
/// at files that it never reads.
public struct NginxUnit: Equatable, Sendable {
  /// One `ExecStart=`.
  public struct Command: Equatable, Sendable {
    /// The program.
    public var path: String
    /// Its arguments; what was quoted is split at blanks, too.
    public var words: [String]

    /// Makes a command.
    public init(path: String, words: [String]) {
      self.path = path
      self.words = words
    }
  }

  /// Each `ExecStart=` that is in force, drop-ins included.
  public var commands: [Command]
  /// `RootDirectory=` or `RootImage=`; empty for none.
  public var root: String

  /// The properties to ask systemctl(1) for.
  public static let properties = ["ExecStart", "Environment", "RootDirectory", "RootImage"]

  /// What nginx of Debian and of nginx.org reads without `-c`, and their units may name.
  static let configuration = "/etc/nginx/nginx.conf"

  /// Makes facts.
  public init(commands: [Command], root: String = "") {
    self.commands = commands
    self.root = root
  }

  /// Reads what `systemctl show` prints of `properties`.
  public init(shown output: String) {
    self.init(commands: [])
    var variables: [Substring] = []
    for line in output.split(separator: "\n") {
      guard let sign = line.firstIndex(of: "=") else { continue }
      let value = line[line.index(after: sign)...]
      switch line[..<sign] {
      case "ExecStart":
        guard let path = Self.text(in: value, from: "{ path=", to: " ; argv[]="),
          let words = Self.text(in: value, from: " ; argv[]=", to: " ; ignore_errors=")
        else { continue }
        commands.append(
          Command(path: path, words: words.split(separator: " ").dropFirst().map(String.init)))
      case "Environment": variables = value.split(separator: " ")
      case "RootDirectory", "RootImage": root += value
      default: continue
      }
    }
    for index in commands.indices {
      commands[index].words = commands[index].words.map { Self.expand($0, variables) }
    }
  }

  /// A word that is a variable as a whole (systemd.service(5), "${FOO}").
  private static func expand(_ word: String, _ variables: [Substring]) -> String {
    guard word.hasPrefix("${"), word.hasSuffix("}") else { return word }
    let start = "\(word.dropFirst(2).dropLast())="
    guard let value = variables.last(where: { $0.hasPrefix(start) }) else { return word }
    return String(value.dropFirst(start.count))
  }

  private static func text(
    in line: Substring, from start: String, to end: String
  ) -> String? {
    guard let begin = line.firstRange(of: start),
      let stop = line[begin.upperBound...].firstRange(of: end)
    else { return nil }
    return String(line[begin.upperBound..<stop.lowerBound])
  }

  /// Why the unit cannot be adopted; nil: it runs `server` as `nginx -T` does.
  ///
  /// `resolve`: a path without symlinks, for two names of one program.
  public func refusal(
    unit: String, server: String, resolve: (String) -> String?
  ) -> String? {
    guard let command = commands.first else {
      return "\"\(unit)\" has no ExecStart=, so it runs no server; see: systemctl cat \(unit)"
    }
    for other in commands where (resolve(other.path) ?? other.path) != resolve(server) ?? server {
      return "\"\(unit)\" runs \"\(other.path)\" and not \"\(server)\", the only server that is"
        + " looked after; name the unit that runs that one, or put nginx before yours with"
        + " \"--backend\""
    }
    if !root.isEmpty {
      return "\"\(unit)\" runs with another root (\"\(root)\"), where the files of \"nginx -T\" are"
        + " not what it reads; take that out with: systemctl edit --full \(unit)"
    }
    guard let option = Self.foreignOption(command.words) else { return nil }
    return "\"\(unit)\" runs nginx with \"\(option)\", so it reads another configuration than"
      + " \"nginx -T\" shows; only one nginx with its own configuration is looked after; take the"
      + " option out with: systemctl edit --full \(unit)"
  }

  /// The first option that changes what is read (nginx(8)).
  ///
  /// `-g` may hold what the packages of Debian and nginx.org give there: no file and no block.
  private static func foreignOption(_ words: [String]) -> String? {
    var isDirective = false
    for (index, word) in words.enumerated() {
      if word.hasPrefix("-") {
        isDirective = word == "-g"
        if word == "-c", words.dropFirst(index + 1).first == configuration { continue }
        guard ["-g", "-q", "-e"].contains(word) else { return word }
      } else if isDirective, word == "include" || word == "load_module" || word.contains("{") {
        return "-g … \(word)"
      }
    }
    return nil
  }
}
