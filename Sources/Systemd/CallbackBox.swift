/// A closure that libsystemd keeps: retained as its `userdata`, released by its destroy callback.
///
/// The number carries what the kind of source has to say: IO events, an inotify mask, or nothing.
final class CallbackBox {
  let body: (_ value: UInt32, _ text: String) -> Void

  init(_ body: @escaping (_ value: UInt32, _ text: String) -> Void) { self.body = body }

  /// Hands one reference to the library; `release` gives it back.
  func retained() -> UnsafeMutableRawPointer { unsafe Unmanaged.passRetained(self).toOpaque() }

  /// Calls the closure, which stays alive meanwhile even if it cancels its own source.
  static func call(
    _ userdata: UnsafeMutableRawPointer?, _ value: UInt32 = 0, _ text: String = ""
  ) -> Int32 {
    guard let userdata = unsafe userdata else { return 0 }
    let box = unsafe Unmanaged<CallbackBox>.fromOpaque(userdata).takeUnretainedValue()
    box.body(value, text)
    // A negative return would make sd-event switch the source off.
    return 0
  }

  /// Gives the reference of `retained` back.
  static func release(_ userdata: UnsafeMutableRawPointer?) {
    guard let userdata = unsafe userdata else { return }
    unsafe Unmanaged<CallbackBox>.fromOpaque(userdata).release()
  }
}
