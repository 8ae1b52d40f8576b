import Certificates
import Coordinator
import Files
import Planner

@testable import supervisord_ec

/// A world of values for the verbs: what they see, and what they did to it.
final class World {
  /// 2026-03-01T06:30:00Z.
  static let start: UnixSeconds = 1_772_346_600

  var now = World.start
  var terminal = Terminal(colours: false, unicode: true)
  var daemon = DaemonState.running
  var readings: [String: StatusReading] = [:]
  var answers: [String] = []
  var maySave = true
  var mayRequest = true
  var saveResult: Result<SavedSetting, CommandProblem> = .success(
    SavedSetting(file: World.dropIn, changed: true))
  var checkResult = CheckResult(problems: [], checked: ["unit"], files: ["console.toml"])
  var profiles: [ProfileSummary] = []
  /// What the caller's files hold.
  var files: [String: [UInt8]] = [:]
  var mayKeep = true
  var circumstances = CertificateKeeper.Circumstances()
  /// The keys of pending requests, PEM.
  var keys: [[UInt8]] = []
  var imports: [CertificateKeeper.Import] = []
  var importChanges: [ImportChange] = []
  var tidied: [String] = []
  var certificateRequests: [CertificateKeeper.Request] = []
  /// What the daemon does meanwhile; gets the number of looks so far.
  var meanwhile: (World, Int) -> Void = { _, _ in }
  var reply: Reply?
  /// What comes while a command waits.
  var signal: Int32?

  var output = ""
  var errors = ""
  var saved: [SettingChange] = []
  var holds: [HoldChange] = []
  var requests: [Request] = []
  var withdrawn: [String] = []
  private var looks = 0

  static let dropIn = "/etc/supervisord-ec/services.d/console.toml.d/90-set.toml"

  init(_ reports: StatusReport...) {
    for report in reports { readings[report.name] = .report(report, stamp: "1") }
  }

  /// The daemon writes a report.
  func publish(_ report: StatusReport) {
    readings[report.name] = .report(report, stamp: "after \(looks) looks")
  }

  /// What came of confirming followed files.
  var confirmed: Result<FollowedFacts, CommandProblem> = .failure(
    CommandProblem(.refused, "it follows nothing"))

  /// Runs a command line; its exit status.
  func run(_ arguments: String...) -> Int32 { SupervisordEC.run(arguments, in: environment) }

  var environment: Environment {
    Environment(
      now: { self.now },
      pause: { _ in
        if let signal = self.signal { throw Interruption(signal: signal) }
        self.looks += 1
        self.meanwhile(self, self.looks)
      },
      localTime: { at in
        Timestamp.text(at).dropLast(4).replacing("T", with: " ") + " UTC"
      },
      readLocalTime: { Timestamp.parse($0 + ":00Z") },
      terminal: terminal,
      write: { text, stream in
        if stream == .output { self.output += text } else { self.errors += text }
      },
      readLine: { self.answers.isEmpty ? nil : self.answers.removeFirst() },
      daemon: { self.daemon },
      serviceNames: { self.readings.keys.sorted() },
      status: { self.readings[$0] ?? .missing },
      maySave: { _ in self.maySave },
      save: { change in
        self.saved.append(change)
        return try self.saveResult.get()
      },
      saveHold: { hold in
        self.holds.append(hold)
        return try self.saveResult.get()
      },
      mayRequest: { self.mayRequest },
      makeRequestID: { "1-a" },
      putRequest: { self.requests.append($0) },
      takeReply: { id in id == self.requests.last?.id ? self.reply : nil },
      withdrawRequest: { id in
        self.withdrawn.append(id)
        return true
      },
      check: { _ in self.checkResult },
      profiles: { self.profiles },
      readInput: { source throws(FileError) in
        guard case .file(let path) = source, let bytes = self.files[path] else {
          throw FileError("open", "\(source)", code: 2, reason: "No such file or directory")
        }
        return Self.copy(bytes)
      },
      readMaterial: CertificateMaterial.read,
      askPassword: { _ in self.answers.isEmpty ? nil : Array(self.answers.removeFirst().utf8) },
      trustAnchors: { TrustAnchors() },
      writeOutput: { path, bytes throws(FileError) in self.files[path] = bytes },
      certificates: CertificateActions(
        mayKeep: { self.mayKeep }, circumstances: { _ in self.circumstances },
        keys: { _ in self.keys.map(Self.copy) },
        save: { change, keep in
          try keep()
          self.importChanges.append(change)
          return try self.saveResult.get()
        },
        keep: { new, _ in
          self.imports.append(new)
          self.imports[self.imports.count - 1].key = Self.copy(new.key)
        },
        confirmFollowed: { _ in try self.confirmed.get() },
        tidy: { new, _ in self.tidied.append(new.publicKey) },
        keepRequest: { new, _ in
          self.certificateRequests.append(new)
          self.certificateRequests[self.certificateRequests.count - 1].key = Self.copy(new.key)
        }))
  }

  /// As on a disk: what is wiped in memory afterwards stays here.
  private static func copy(_ bytes: [UInt8]) -> [UInt8] { bytes.map(\.self) }
}
