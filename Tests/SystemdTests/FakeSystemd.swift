import CSystemd
import Glibc
import Testing

@testable import Systemd

/// A peer on a private bus that answers as systemd does, or badly, with real messages.
@safe final class FakeSystemd {
  /// What becomes of a job.
  enum Job {
    case ends(String)
    case endsBeforeTheAnswer(String)
    case neverEnds
    case isRefused
  }

  var job = Job.neverEnds
  /// The primary name that every unit is said to have.
  var unitID = "some.service"
  /// The last status that every unit is said to have given.
  var status = ""
  private(set) var calls: [String] = []
  /// The interfaces whose properties were asked for; empty for all.
  private(set) var interfaces: [String] = []
  private let bus: OpaquePointer

  init(_ address: String, _ loop: EventLoop) throws {
    var made: OpaquePointer?
    try check(unsafe sd_bus_new(&made), "sd_bus_new")
    let bus = unsafe try #require(made)
    unsafe self.bus = bus
    try check(unsafe sd_bus_set_address(bus, address), "sd_bus_set_address")
    try check(unsafe sd_bus_set_bus_client(bus, 1), "sd_bus_set_bus_client")
    try check(unsafe sd_bus_start(bus), "sd_bus_start")
    try check(unsafe sd_bus_attach_event(bus, loop.raw, 0), "sd_bus_attach_event")
    let userdata = unsafe Unmanaged.passUnretained(self).toOpaque()
    let added = unsafe sd_bus_add_filter(
      bus, nil,
      { message, data, _ in
        guard let message = unsafe message, let data = unsafe data else { return 0 }
        let fake = unsafe Unmanaged<FakeSystemd>.fromOpaque(data).takeUnretainedValue()
        return unsafe fake.answer(message)
      }, userdata)
    try check(added, "sd_bus_add_filter")
  }

  deinit {
    unsafe sd_bus_detach_event(bus)
    unsafe sd_bus_flush_close_unref(bus)
  }

  func takeName() throws {
    try check(unsafe sd_bus_request_name(bus, BusNames.systemd, 0), "sd_bus_request_name")
  }

  func leaveName() throws {
    try check(unsafe sd_bus_release_name(bus, BusNames.systemd), "sd_bus_release_name")
  }

  /// JobRemoved of job 1; to one peer only if `destination` says so.
  func sendJobRemoved(_ result: String, to destination: String? = nil) {
    unsafe signal(BusNames.systemdPath, BusNames.manager, "JobRemoved", to: destination) {
      message in
      var number: UInt32 = 1
      unsafe sd_bus_message_append_basic(message, code("u"), &number)
      unsafe sd_bus_message_append_basic(message, code("o"), "/org/freedesktop/systemd1/job/1")
      unsafe sd_bus_message_append_basic(message, code("s"), unitID)
      unsafe sd_bus_message_append_basic(message, code("s"), result)
    }
  }

  func sendReloaded(to destination: String? = nil) {
    unsafe signal(BusNames.systemdPath, BusNames.manager, "Reloading", to: destination) { message in
      var active: Int32 = 0
      unsafe sd_bus_message_append_basic(message, code("b"), &active)
    }
  }

  func sendChanged(_ unit: String) throws {
    let path = try BusConnection.objectPath(unit, below: BusNames.unitPath)
    unsafe signal(path, BusNames.properties, "PropertiesChanged", to: nil) { message in
      unsafe sd_bus_message_append_basic(message, code("s"), "org.freedesktop.systemd1.Unit")
    }
  }

  private func signal(
    _ path: String, _ interface: String, _ member: String, to destination: String?,
    _ fill: (OpaquePointer) -> Void
  ) {
    var made: OpaquePointer?
    unsafe sd_bus_message_new_signal(bus, &made, path, interface, member)
    guard let message = unsafe made else { return }
    unsafe fill(message)
    if let destination {
      unsafe sd_bus_send_to(bus, message, destination, nil)
    } else {
      unsafe sd_bus_send(bus, message, nil)
    }
    unsafe sd_bus_message_unref(message)
  }

  private func answer(_ call: OpaquePointer) -> Int32 {
    guard unsafe sd_bus_message_is_method_call(call, nil, nil) > 0,
      let name = unsafe sd_bus_message_get_member(call)
    else { return 0 }
    let member = unsafe String(cString: name)
    calls.append(member)
    switch member {
    case "Subscribe", "Reload": unsafe reply(call) { _ in }
    case "GetAll":
      var interface: UnsafePointer<CChar>?
      unsafe sd_bus_message_read_basic(call, code("s"), &interface)
      interfaces.append(unsafe interface.map { unsafe String(cString: $0) } ?? "")
      unsafe reply(call, fillProperties)
    case "Get": unsafe refuse(call, "org.freedesktop.DBus.Error.UnknownObject")
    default: unsafe answerJob(call)
    }
    return 1
  }

  private func answerJob(_ call: OpaquePointer) {
    func accept() {
      unsafe reply(call) { message in
        unsafe sd_bus_message_append_basic(message, code("o"), "/org/freedesktop/systemd1/job/1")
      }
    }
    switch job {
    case .isRefused: unsafe refuse(call, "org.freedesktop.systemd1.NoSuchUnit")
    case .neverEnds: accept()
    case .ends(let result):
      accept()
      sendJobRemoved(result)
    case .endsBeforeTheAnswer(let result):
      sendJobRemoved(result)
      accept()
    }
  }

  private func fillProperties(_ message: OpaquePointer) {
    unsafe sd_bus_message_open_container(message, code("a"), "{sv}")
    unsafe string(message, "Id", unitID)
    unsafe string(message, "Unknown", "is passed over")
    unsafe string(message, "ActiveState", "active")
    unsafe string(message, "StatusText", status)
    unsafe sd_bus_message_close_container(message)
  }

  private func string(_ message: OpaquePointer, _ name: String, _ value: String) {
    unsafe sd_bus_message_open_container(message, code("e"), "sv")
    unsafe sd_bus_message_append_basic(message, code("s"), name)
    unsafe sd_bus_message_open_container(message, code("v"), "s")
    unsafe sd_bus_message_append_basic(message, code("s"), value)
    unsafe sd_bus_message_close_container(message)
    unsafe sd_bus_message_close_container(message)
  }

  private func reply(_ call: OpaquePointer, _ fill: (OpaquePointer) -> Void) {
    var made: OpaquePointer?
    unsafe sd_bus_message_new_method_return(call, &made)
    guard let message = unsafe made else { return }
    unsafe fill(message)
    unsafe sd_bus_send(bus, message, nil)
    unsafe sd_bus_message_unref(message)
  }

  private func refuse(_ call: OpaquePointer, _ name: String) {
    var error = unsafe sd_bus_error()
    unsafe sd_bus_error_set(&error, name, "refused by the test")
    unsafe sd_bus_reply_method_error(call, &error)
    unsafe sd_bus_error_free(&error)
  }
}

/// A type code of the D-Bus specification.
private func code(_ letter: Unicode.Scalar) -> CChar { CChar(letter.value) }
