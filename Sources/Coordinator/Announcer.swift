public import Planner
public import Systemd

/// The one who speaks: journal entries with MESSAGE_ID and fields.
///
/// Everybody else is silent.
public struct Announcer {
  /// One entry as it goes to the journal.
  struct Entry: Equatable {
    var message: String
    var priority: Journal.Priority
    var messageID: String?
    var fields: [String: String]
  }

  private let write: (Entry) -> Void

  /// Speaks to the journal.
  public init() {
    write = { entry in
      Journal.send(
        entry.message, priority: entry.priority, messageID: entry.messageID,
        fields: entry.fields.sorted { $0.key < $1.key })
    }
  }

  /// Speaks to somebody else, who wants to know what is said.
  init(to write: @escaping (Entry) -> Void) { self.write = write }

  /// Says that something happened.
  ///
  /// `reactedMicroseconds`: from the moment when the change was seen to the call to systemd.
  public func announce(
    _ event: Event, service: String, observation: Observation, reactedMicroseconds: UInt64? = nil
  ) {
    let reacted = reactedMicroseconds.map { [("SUPERVISORD_EC_REACTED_USEC", "\($0)")] } ?? []
    let priority: Journal.Priority =
      switch event.code {
      case .firstSight, .answered: .info
      case .enforced, .committed: .notice
      case .refused, .failed: .warning
      case .rolledBack: .error
      }
    send(
      event.text, priority, MessageID.events[event.code.rawValue], service: service,
      fields: Self.fields(observation, generation: event.generation) + reacted)
  }

  /// Says that a notice stands from now on.
  public func raise(_ notice: Notice, service: String, observation: Observation) {
    let priority: Journal.Priority =
      switch notice.severity {
      case .info: .info
      case .warning: .warning
      case .error: .error
      }
    send(
      notice.text, priority, MessageID.notice(notice.code), service: service,
      fields: Self.fields(observation, generation: nil)
        + [("SUPERVISORD_EC_NOTICE", notice.code)])
  }

  /// Says that a notice does not stand any more.
  public func clear(_ code: String, service: String, observation: Observation) {
    send(
      NoticeEnd.text(of: code, service: service, observation: observation), .info,
      MessageID.events["notice-cleared"], service: service,
      fields: Self.fields(observation, generation: nil) + [("SUPERVISORD_EC_NOTICE", code)])
  }

  /// Says something by its code in `MessageID.events`, without an observation.
  public func say(
    _ code: String, _ text: String, _ priority: Journal.Priority = .info, service: String? = nil,
    fields: [(String, String)] = []
  ) {
    send(text, priority, MessageID.events[code], service: service, fields: fields)
  }

  /// Says that something went wrong and was survived.
  public func trouble(_ code: String, _ text: String, service: String? = nil) {
    send(
      text, .warning, MessageID.events["trouble"], service: service,
      fields: [("SUPERVISORD_EC_TROUBLE", code)])
  }

  private func send(
    _ text: String, _ priority: Journal.Priority, _ id: String?, service: String?,
    fields: [(String, String)]
  ) {
    let named = service.map { [("SUPERVISORD_EC_SERVICE", $0)] } ?? []
    let message = service.map { "\($0): \(text)" } ?? text
    write(
      Entry(
        message: message, priority: priority, messageID: id,
        fields: Dictionary(named + fields) { _, last in last }))
  }

  private static func fields(
    _ observation: Observation, generation: Int?
  ) -> [(String, String)] {
    var fields: [(String, String)] = []
    if let unit = observation.adoption?.unit { fields.append(("UNIT", unit)) }
    if let number = generation ?? observation.current?.number {
      fields.append(("SUPERVISORD_EC_GENERATION", "\(number)"))
    }
    if let certificate = observation.current?.certificate {
      fields.append(("SUPERVISORD_EC_CERTIFICATE_SHA256", certificate.sha256))
      fields.append(("SUPERVISORD_EC_NOT_AFTER", Timestamp.text(certificate.notAfter)))
    }
    return fields
  }
}
