/// The daemon's answer to a request: `ID.reply.json` beside `ID.json`.
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
