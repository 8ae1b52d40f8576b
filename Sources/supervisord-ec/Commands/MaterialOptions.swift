internal import ArgumentParser
internal import Certificates
internal import Files

/// The files that an administrator hands over, in any format and order; read with the caller's
/// own rights.
struct MaterialOptions: ParsableArguments {
  @Argument(help: "Files with the certificate, its chain and its key, in any format and order.")
  var files: [String] = []
  @Option(help: "A file with the certificate and its chain.") var chain: [String] = []
  @Option(help: "A file with the private key.") var key: [String] = []
  @Option(help: "A PKCS#12 (PFX) file.") var pkcs12: [String] = []
  @Option(help: "A file whose first line is the password.") var passwordFile: String?
  @Option(help: "A file descriptor to read the password from.") var passwordFd: Int32?
  @Option(help: "A file with the root of a private CA.") var trust: [String] = []

  func validate() throws {
    guard passwordFile == nil || passwordFd == nil else {
      throw ValidationError("give either --password-file or --password-fd")
    }
    if let passwordFd, passwordFd < 0 {
      throw ValidationError("--password-fd takes the number of an open descriptor")
    }
  }

  /// Whether no file was named.
  var isEmpty: Bool { (files + chain + key + pkcs12).isEmpty }

  /// What a verb says that needs one.
  static let missing = ValidationError("name at least one file: --chain FILE, --pkcs12 FILE")

  /// What was read of all that was named.
  struct Material {
    var result = ReadingResult()
    /// The roots of `--trust`.
    var trusted: [CertificateMaterial.Found] = []
  }

  /// Reads everything; what cannot be read is a reason.
  ///
  /// Asks for a password only if one is needed and none was named.
  func read(in environment: Environment) throws -> Material {
    var material = Material()
    var unreadable: [Reason] = []
    var inputs = Self.inputs(files + chain + key + pkcs12, &unreadable, environment)
    defer { for index in inputs.indices { wipe(&inputs[index].bytes) } }
    var named = try password(in: environment)
    defer { if var password = named.take() { wipe(&password) } }
    material.result = Self.read(inputs, named, environment)
    if named == nil, material.result.reasons.contains(where: { $0.code == "password-needed" }),
      let asked = try environment.askPassword("Password: ")
    {
      material.result.material.wipeKeys()
      named = asked
      material.result = Self.read(inputs, named, environment)
    }
    let roots = roots(named, &unreadable, environment)
    material.trusted = roots.material.certificates
    material.result.reasons =
      unreadable + material.result.reasons + roots.reasons.filter { $0.weight == .refusal }
    return material
  }

  /// Reads the files of `--trust`; one password is given for all files, and a store of roots often
  /// has none.
  private func roots(
    _ password: [UInt8]?, _ unreadable: inout [Reason], _ environment: Environment
  ) -> ReadingResult {
    let before = unreadable.count
    let inputs = Self.inputs(trust, &unreadable, environment)
    var roots = Self.read(inputs, password, environment)
    if password != nil, roots.reasons.contains(where: { $0.code == "wrong-password" }) {
      let bare = Self.read(inputs, nil, environment)
      if !bare.reasons.contains(where: { $0.weight == .refusal }) { roots = bare }
    }
    roots.material.wipeKeys()
    let isRefused =
      unreadable.count > before || roots.reasons.contains { $0.weight == .refusal }
    if !trust.isEmpty, !isRefused, roots.material.certificates.isEmpty {
      roots.reasons.append(
        Reason(
          "certificate-missing", file: trust.first, expected: "a CA's certificate",
          text: "\"\(trust.first ?? "")\" holds no certificate to trust: give the private CA's root"
            + " with \"--trust FILE\""))
    }
    return roots
  }

  private static func read(
    _ inputs: [MaterialInput], _ password: [UInt8]?, _ environment: Environment
  ) -> ReadingResult {
    inputs.isEmpty ? ReadingResult() : environment.readMaterial(inputs, password)
  }

  private static func inputs(
    _ files: [String], _ reasons: inout [Reason], _ environment: Environment
  ) -> [MaterialInput] {
    var inputs: [MaterialInput] = []
    for file in files {
      do throws(FileError) {
        inputs.append(MaterialInput(bytes: try environment.readInput(.file(file)), file: file))
      } catch {
        // Only the bound of ours has no number of errno(3).
        reasons.append(
          Reason(
            error.code == 0 ? "too-large" : "unreadable", file: file, found: error.reason,
            text:
              "\"\(file)\" cannot be read (\(error.reason)): name the file that the CA sent, one"
              + " that you may read"))
      }
    }
    return inputs
  }

  /// The named password, without the end of its line.
  private func password(in environment: Environment) throws -> [UInt8]? {
    let input: InputSource
    if let passwordFile {
      input = .file(passwordFile)
    } else if let passwordFd {
      input = .descriptor(passwordFd)
    } else {
      return nil
    }
    do throws(FileError) {
      var bytes = try environment.readInput(input)
      defer { wipe(&bytes) }
      // Editors of Windows put a byte order mark in front.
      let mark = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
      // A copy, as an array of the whole would share what is wiped.
      return bytes.dropFirst(mark).prefix { $0 != 0x0a && $0 != 0x0d }.map(\.self)
    } catch {
      throw CommandProblem(
        .refused, "the password cannot be read: \(error)",
        next: passwordFile == nil
          ? "Open the descriptor first, in bash with: --password-fd 3 3<FILE; or leave it away and"
            + " be asked"
          : "Name a file that you may read with --password-file")
    }
  }
}

/// Where bytes come from.
enum InputSource: Equatable, Sendable {
  case file(String)
  case descriptor(Int32)

  /// Most bytes of one input: a bundle of all public roots has a quarter of that.
  static let limit = 1 << 20
}
