internal import CSystemd

/// One received message of the bus, for as long as a handler looks at it (sd_bus_message_ref(3)).
///
/// Strings are copied out: nothing that is read here points into the message.
@safe struct BusMessage: ~Copyable {
  private let raw: OpaquePointer

  /// Takes a reference of its own.
  init(_ raw: OpaquePointer) { unsafe self.raw = sd_bus_message_ref(raw) }

  deinit { unsafe sd_bus_message_unref(raw) }

  /// The unique name of the sender, set by the bus and not by the sender.
  var sender: String? { unsafe sd_bus_message_get_sender(raw).map { unsafe String(cString: $0) } }

  /// The object that a signal is about.
  var path: String? { unsafe sd_bus_message_get_path(raw).map { unsafe String(cString: $0) } }

  /// The error, if this is the error reply to `operation`.
  func failure(of operation: String) -> SystemdError? {
    guard unsafe sd_bus_message_is_method_error(raw, nil) > 0,
      let error = unsafe sd_bus_message_get_error(raw)
    else { return nil }
    let name = unsafe error.pointee.name.map { unsafe String(cString: $0) }
    let text = unsafe error.pointee.message.map { unsafe String(cString: $0) }
    let code = unsafe sd_bus_message_get_errno(raw)
    return SystemdError(operation: operation, code: code, reason: text, name: name)
  }

  /// Reads one string, object path or signature, by its type code.
  func readString(_ type: Unicode.Scalar = "s") throws(SystemdError) -> String {
    var text: UnsafePointer<CChar>?
    try unsafe readBasic(type, &text)
    guard let text = unsafe text else { return "" }
    return unsafe String(cString: text)
  }

  /// Reads one `u`.
  func readUInt32() throws(SystemdError) -> UInt32 {
    var value: UInt32 = 0
    try unsafe readBasic("u", &value)
    return value
  }

  /// Reads one `t`.
  func readUInt64() throws(SystemdError) -> UInt64 {
    var value: UInt64 = 0
    try unsafe readBasic("t", &value)
    return value
  }

  /// Reads one `b`, which libsystemd stores as an int.
  func readBool() throws(SystemdError) -> Bool {
    var value: Int32 = 0
    try unsafe readBasic("b", &value)
    return value != 0
  }

  /// Reads one `as`.
  func readStrings() throws(SystemdError) -> [String] {
    var result: [String] = []
    try enter("a", "s")
    while !atEnd() { result.append(try readString()) }
    try exit()
    return result
  }

  /// Reads one `ay`.
  func readBytes() throws(SystemdError) -> [UInt8] {
    var start: UnsafeRawPointer?
    var count = 0
    let result = unsafe sd_bus_message_read_array(
      raw, CChar(UInt8(ascii: "y")), &start, &count)
    try check(result, "sd_bus_message_read_array")
    guard let start = unsafe start, count > 0 else { return [] }
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  /// Enters a container (sd_bus_message_enter_container(3)).
  func enter(_ type: Unicode.Scalar, _ contents: String) throws(SystemdError) {
    let result = unsafe sd_bus_message_enter_container(
      raw, CChar(truncatingIfNeeded: type.value), contents)
    try check(result, "sd_bus_message_enter_container")
  }

  /// Leaves it again.
  func exit() throws(SystemdError) {
    try check(unsafe sd_bus_message_exit_container(raw), "sd_bus_message_exit_container")
  }

  /// Whether the present container is read to its end; an error counts as the end.
  func atEnd() -> Bool { unsafe sd_bus_message_at_end(raw, 0) != 0 }

  /// The signature inside the variant that comes next.
  func variantSignature() throws(SystemdError) -> String {
    var type: CChar = 0
    var contents: UnsafePointer<CChar>?
    let result = unsafe sd_bus_message_peek_type(raw, &type, &contents)
    try check(result, "sd_bus_message_peek_type")
    guard type == CChar(UInt8(ascii: "v")), let contents = unsafe contents else { return "" }
    return unsafe String(cString: contents)
  }

  /// Passes over one value of that signature.
  func skip(_ signature: String) throws(SystemdError) {
    try check(unsafe sd_bus_message_skip(raw, signature), "sd_bus_message_skip")
  }

  private func readBasic(
    _ type: Unicode.Scalar, _ value: UnsafeMutableRawPointer
  ) throws(SystemdError) {
    let result = unsafe sd_bus_message_read_basic(
      raw, CChar(truncatingIfNeeded: type.value), value)
    try check(result, "sd_bus_message_read_basic")
  }
}
