internal import Planner

/// What somebody asks the daemon to do: `/run/supervisord-ec/requests/ID.json`.
struct Request: Codable, Equatable, Sendable {
  /// The name of the file without `.json`.
  var id: String
  /// The service.
  var name: String
  /// What to do.
  var verb: RequestVerb
  /// When it was asked, so that an old one is not done after a long stop of the daemon.
  var at: UnixSeconds
}

/// What the daemon can be asked.
enum RequestVerb: String, Codable, Sendable {
  case restart, renew
}

/// The daemon's answer: `ID.reply.json` beside the request.
struct Reply: Codable, Equatable, Sendable {
  /// How it went.
  var result: ReplyResult
  /// One line for people.
  var text: String
}

/// How a request went.
enum ReplyResult: String, Codable, Sendable {
  case done, failed, refused
}
