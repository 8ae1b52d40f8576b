/// One reason why a certificate is not taken, or a remark about it.
///
/// The codes are stable: scripts rely on them (supervisord-ec(8), `certificate check`).
public struct Reason: Equatable, Sendable {
  /// How much it matters.
  public enum Weight: String, Sendable {
    /// The certificate is refused.
    case refusal
    /// It is taken, and this is said.
    case remark
  }

  /// The stable name of the reason, as `chain-incomplete`.
  public var code: String
  /// Whether it refuses.
  public var weight: Weight
  /// The input it was found in, as the administrator named it; nil: in all of them together.
  public var file: String?
  /// What was found, as a name, a date or a number of bits.
  public var found: String?
  /// What would be accepted.
  public var expected: String?
  /// One sentence: what is wrong and what to do next; never a key or a password.
  public var text: String

  /// Makes a reason.
  public init(
    _ code: String, weight: Weight = .refusal, file: String? = nil, found: String? = nil,
    expected: String? = nil, text: String
  ) {
    self.code = code
    self.weight = weight
    self.file = file
    self.found = found
    self.expected = expected
    self.text = text
  }
}
