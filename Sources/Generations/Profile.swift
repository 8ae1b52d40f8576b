internal import Files
internal import TOMLKit

/// How one kind of server takes protocol, port and certificate: data below
/// `/usr/lib/supervisord-ec/profiles/NAME/`.
public struct Profile: Sendable {
  /// The name of the profile's folder.
  public let name: String
  /// One line for people.
  public let description: String
  /// The units that the profile usually serves, for hints only.
  public let units: [String]
  /// The server's own check: program and arguments.
  public let checkCommand: [String]
  /// What a reload serves, of `certificate`, `protocol`, `port`, `bind`, `site`, `after-https` and
  /// `backend`; a change of anything else needs a restart.
  public let reloadServes: Set<String>
  /// What is rendered.
  let files: [FileRule]

  /// One rendered file, or one per site.
  struct FileRule: Sendable {
    /// The file's name, itself a template.
    var name: Template
    /// Its contents.
    var template: Template
    /// Whether it is rendered for each site.
    var perSite: Bool
  }

  /// Where profiles are installed.
  public static let standardRoot = "/usr/lib/supervisord-ec/profiles"
  /// The words that `reload_serves` may hold.
  public static let changes: Set<String> = [
    "certificate", "protocol", "port", "bind", "site", "after-https", "backend",
  ]

  /// The names of the installed profiles.
  public static func names(root: String = standardRoot) -> [String] {
    FileSystem.list(root).filter { name in
      (try? SafeText.word("profile", name)) != nil
        && FileSystem.exists("\(root)/\(name)/\(fileName)")
    }
  }

  /// Reads `profile.toml` and its templates.
  public static func load(
    name: String, root: String = standardRoot
  ) throws(ProfileError) -> Profile {
    _ = try SafeText.word("profile", name)
    let folder = "\(root)/\(name)"
    guard FileSystem.exists("\(folder)/\(fileName)") else {
      let known = names(root: root).map { "\"\($0)\"" }.joined(separator: ", ")
      throw ProfileError(
        .missing, at: "\(folder)/\(fileName)",
        "there is no profile \"\(name)\"; installed: \(known.isEmpty ? "none" : known)")
    }
    let path = "\(folder)/\(fileName)"
    let form = try parse(try text(path), path)
    guard !form.check.isEmpty, form.check.allSatisfy({ !$0.isEmpty }),
      form.check.first?.hasPrefix("/") == true
    else {
      throw ProfileError(.invalid, at: path, "\"check\" has to begin with an absolute path")
    }
    for word in form.reloadServes where !changes.contains(word) {
      let accepted = changes.sorted().joined(separator: ", ")
      throw ProfileError(
        .invalid, at: path, "\"reload_serves\" holds \"\(word)\"; accepted: \(accepted)")
    }
    var files: [FileRule] = []
    for rule in form.files { files.append(try load(rule, from: folder, path)) }
    guard !files.isEmpty, files.count <= StoreLimits.filesPerGeneration else {
      throw ProfileError(.invalid, at: path, "\"files\" is empty or too long")
    }
    return Profile(
      name: name, description: form.description, units: form.units, checkCommand: form.check,
      reloadServes: Set(form.reloadServes), files: files)
  }

  /// The members of `profile.toml`.
  private struct Form: Decodable {
    var description: String
    var units: [String]
    var check: [String]
    var reloadServes: [String]
    var files: [FileForm]

    enum CodingKeys: String, CodingKey {
      case description, units, check, files
      case reloadServes = "reload_serves"
    }
  }

  private struct FileForm: Decodable {
    var name: String
    var template: String
    var each: String
  }

  private static let fileName = "profile.toml"

  private static func load(
    _ rule: FileForm, from folder: String, _ path: String
  ) throws(ProfileError) -> FileRule {
    guard ["site", "service"].contains(rule.each) else {
      throw ProfileError(
        .invalid, at: path, "\"each\" is \"\(rule.each)\"; accepted: \"site\", \"service\"")
    }
    guard !rule.template.contains("/"), !rule.template.hasPrefix(".") else {
      throw ProfileError(.invalid, at: path, "\"template\" has to name a file in the same folder")
    }
    let file = "\(folder)/\(rule.template)"
    return FileRule(
      name: try Template(rule.name, file: path), template: try Template(try text(file), file: file),
      perSite: rule.each == "site")
  }

  private static func text(_ path: String) throws(ProfileError) -> String {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(path, limit: StoreLimits.templateBytes)
    } catch {
      throw ProfileError(.invalid, at: path, "\(error.reason) (\(error.operation))")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ProfileError(.invalid, at: path, "not UTF-8")
    }
    return text
  }

  private static func parse(_ text: String, _ path: String) throws(ProfileError) -> Form {
    do {
      return try TOMLDecoder(strictDecoding: true).decode(Form.self, from: text)
    } catch let error as TOMLParseError {
      throw ProfileError(
        .invalid, at: "\(path):\(error.source.begin.line)", "not TOML: \(error.description)")
    } catch let error as UnexpectedKeysError {
      let keys = error.keys.keys.sorted().joined(separator: ", ")
      throw ProfileError(.invalid, at: path, "unknown keys: \(keys)")
    } catch {
      throw ProfileError(.invalid, at: path, "\(error)")
    }
  }
}
