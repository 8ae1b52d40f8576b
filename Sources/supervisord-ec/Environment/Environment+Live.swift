internal import Certificates
internal import Files
internal import Glibc

extension Environment {
  /// The real world.
  static func live() -> Environment {
    let runtime = RuntimeFolder()
    let liveness = Liveness()
    let settings = SettingsAccess()
    return Environment(
      now: { time(nil) },
      pause: Interruption.pause,
      localTime: LocalTime.text,
      readLocalTime: LocalTime.read,
      terminal: Terminal(isTerminal: isatty(STDOUT_FILENO) == 1, variable: variable),
      write: writeAll,
      readLine: { Swift.readLine(strippingNewline: true) },
      daemon: { liveness.state },
      serviceNames: { knownNames(runtime) },
      status: runtime.status,
      maySave: { mayWrite("\(settingsFolder)/\($0).toml.d") },
      save: settings.save,
      saveHold: settings.saveHold,
      mayRequest: { runtime.mayRequest },
      makeRequestID: {
        "\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
      },
      putRequest: { request in
        Interruption.hold()
        try runtime.put(request)
      },
      takeReply: runtime.takeReply,
      withdrawRequest: runtime.withdraw,
      check: settings.check,
      profiles: settings.profiles,
      readInput: InputFiles.read,
      readMaterial: CertificateMaterial.read,
      askPassword: PasswordPrompt.ask,
      trustAnchors: { TrustAnchors(reading: TrustAnchors.Places()) },
      writeOutput: { path, bytes throws(FileError) in
        try FileSystem.write(bytes, to: path, mode: 0o644)
      },
      certificates: certificateActions(settings))
  }

  private static func certificateActions(_ settings: SettingsAccess) -> CertificateActions {
    let keeper = CertificateKeeper(settings: settings)
    return CertificateActions(
      mayKeep: {
        SecretMemory.lock()
        return keeper.mayKeep()
      }, circumstances: keeper.circumstances, keys: keeper.keys,
      save: settings.saveImport, keep: { try keeper.keep($0 as CertificateKeeper.Import, $1) },
      confirmFollowed: keeper.confirmFollowed, tidy: keeper.tidy,
      keepRequest: { try keeper.keep($0 as CertificateKeeper.Request, $1) })
  }

  private static let settingsFolder = "/etc/supervisord-ec/services.d"

  /// Everything that could be meant: a service shows up before the daemon has seen it.
  private static func knownNames(_ runtime: RuntimeFolder) -> [String] {
    let all =
      runtime.serviceNames + RuntimeFolder.names(in: settingsFolder, suffix: ".toml")
      + RuntimeFolder.names(in: "/etc/supervisord-ec/adopted", suffix: ".json")
    return Set(all).sorted()
  }

  /// Whether this user may write there, or make the folder first.
  ///
  /// What is missing to its root is no question of permission; the write itself says so then.
  static func mayWrite(_ folder: String) -> Bool {
    guard !FileSystem.exists(folder), let slash = folder.lastIndex(of: "/"),
      slash != folder.startIndex
    else { return FileSystem.isWritable(folder) }
    return mayWrite(String(folder[..<slash]))
  }

  private static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// write(2) to the end; a reader that went away is not worth a message.
  private static func writeAll(_ text: String, to stream: Stream) {
    let bytes = Array(text.utf8)
    let number = stream == .output ? STDOUT_FILENO : STDERR_FILENO
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(number, buffer.baseAddress?.advanced(by: done), buffer.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      done += count
    }
  }
}
