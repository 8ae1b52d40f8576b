internal import CSystemd
internal import Glibc

/// One connection to a message bus on the loop.
///
/// Lost means lost: the owner makes a new one.
@safe final class BusConnection {
  /// Where the system bus is unless DBUS_SYSTEM_BUS_ADDRESS says otherwise.
  static let systemBusAddress = "unix:path=/run/dbus/system_bus_socket"

  private let raw: OpaquePointer

  /// Starts to connect; does not wait for the bus (sd_bus_start(3)).
  init(address: String, loop: EventLoop) throws(SystemdError) {
    var bus: OpaquePointer?
    try check(unsafe sd_bus_new(&bus), "sd_bus_new")
    guard let bus = unsafe bus else { throw SystemdError(operation: "sd_bus_new", code: ENOMEM) }
    unsafe raw = bus
    try check(unsafe sd_bus_set_address(bus, address), "sd_bus_set_address")
    try check(unsafe sd_bus_set_bus_client(bus, 1), "sd_bus_set_bus_client")
    // No file descriptor is ever wanted from a peer.
    try check(unsafe sd_bus_negotiate_fds(bus, 0), "sd_bus_negotiate_fds")
    try check(unsafe sd_bus_set_exit_on_disconnect(bus, 0), "sd_bus_set_exit_on_disconnect")
    try check(unsafe sd_bus_start(bus), "sd_bus_start")
    try check(unsafe sd_bus_attach_event(bus, loop.raw, 0), "sd_bus_attach_event")
  }

  deinit {
    unsafe sd_bus_detach_event(raw)
    unsafe sd_bus_close_unref(raw)
  }

  /// Calls `reply` for each message that `rule` (D-Bus specification, "Match Rules") lets through.
  ///
  /// Does not wait: a bus that refuses the rule ends the connection (sd_bus_add_match_async(3)).
  func match(
    _ rule: String, _ handler: @escaping (borrowing BusMessage) -> Void
  ) throws(SystemdError) -> BusSlot {
    let userdata = unsafe MessageBox(handler).retained()
    var slot: OpaquePointer?
    let result = unsafe sd_bus_add_match_async(
      raw, &slot, rule, { message, data, _ in unsafe MessageBox.call(message, data) }, nil,
      userdata)
    return try unsafe own(slot, userdata, result, "sd_bus_add_match_async")
  }

  /// Calls a method with string arguments; `reply` gets the answer or the error, once.
  ///
  /// Not called if the slot goes first or this side closes the connection.
  func call(
    _ method: BusMethod, _ arguments: [String], timeoutMicroseconds: UInt64,
    reply: @escaping (borrowing BusMessage) -> Void
  ) throws(SystemdError) -> BusSlot {
    var message: OpaquePointer?
    let created = unsafe sd_bus_message_new_method_call(
      raw, &message, method.destination, method.path, method.interface, method.member)
    try check(created, method.member)
    guard let message = unsafe message else {
      throw SystemdError(operation: method.member, code: ENOMEM)
    }
    defer { unsafe sd_bus_message_unref(message) }
    try check(
      unsafe sd_bus_message_set_auto_start(message, method.mayStartPeer ? 1 : 0), method.member)
    for argument in arguments {
      let result = unsafe argument.withCString { text in
        unsafe sd_bus_message_append_basic(message, CChar(UInt8(ascii: "s")), text)
      }
      try check(result, method.member)
    }
    let userdata = unsafe MessageBox(reply).retained()
    var slot: OpaquePointer?
    let result = unsafe sd_bus_call_async(
      raw, &slot, message, { message, data, _ in unsafe MessageBox.call(message, data) },
      userdata, timeoutMicroseconds)
    return try unsafe own(slot, userdata, result, method.member)
  }

  /// Ties the box to the slot, to be released with it (sd_bus_slot_set_destroy_callback(3)).
  private func own(
    _ slot: OpaquePointer?, _ userdata: UnsafeMutableRawPointer, _ result: Int32,
    _ operation: String
  ) throws(SystemdError) -> BusSlot {
    guard result >= 0, let slot = unsafe slot else {
      unsafe MessageBox.release(userdata)
      throw SystemdError(operation: operation, code: result < 0 ? -result : ENOMEM)
    }
    unsafe sd_bus_slot_set_destroy_callback(slot) { data in unsafe MessageBox.release(data) }
    return unsafe BusSlot(owning: slot)
  }

  /// The object path of a name below `prefix` (sd_bus_path_encode(3)).
  static func objectPath(_ name: String, below prefix: String) throws(SystemdError) -> String {
    var path: UnsafeMutablePointer<CChar>?
    try check(unsafe sd_bus_path_encode(prefix, name, &path), "sd_bus_path_encode")
    guard let path = unsafe path else {
      throw SystemdError(operation: "sd_bus_path_encode", code: ENOMEM)
    }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }
}

/// What is called, and where.
struct BusMethod {
  var destination: String
  var path: String
  var interface: String
  var member: String
  /// Whether the bus may start the peer for this call.
  var mayStartPeer = false
}
