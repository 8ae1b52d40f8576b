internal import CSystemd

/// A call that waits for its reply, or a match; going out of use ends it (sd_bus_slot_unref(3)).
@safe final class BusSlot {
  private let raw: OpaquePointer

  /// Takes over one reference.
  init(owning raw: OpaquePointer) { unsafe self.raw = raw }

  deinit { unsafe sd_bus_slot_unref(raw) }
}

/// A handler of messages that sd-bus keeps: retained as `userdata`, released with its slot.
final class MessageBox {
  let body: (borrowing BusMessage) -> Void

  init(_ body: @escaping (borrowing BusMessage) -> Void) { self.body = body }

  /// Hands one reference to the library; `release` gives it back.
  func retained() -> UnsafeMutableRawPointer { unsafe Unmanaged.passRetained(self).toOpaque() }

  /// Calls the handler, which stays alive meanwhile even if it drops its own slot.
  static func call(_ message: OpaquePointer?, _ userdata: UnsafeMutableRawPointer?) -> Int32 {
    guard let message = unsafe message, let userdata = unsafe userdata else { return 0 }
    let box = unsafe Unmanaged<MessageBox>.fromOpaque(userdata).takeUnretainedValue()
    box.body(unsafe BusMessage(message))
    // Zero: other matches see the message too; a negative value would be sent as an error.
    return 0
  }

  /// Gives the reference of `retained` back.
  static func release(_ userdata: UnsafeMutableRawPointer?) {
    guard let userdata = unsafe userdata else { return }
    unsafe Unmanaged<MessageBox>.fromOpaque(userdata).release()
  }
}
