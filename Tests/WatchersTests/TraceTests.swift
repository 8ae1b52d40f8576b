import Files
import Testing

@testable import Watchers

/// What ACME clients really do, done again before the watcher's eyes.
@Suite struct TraceTests {
  let host: Host

  init() throws { host = try Host() }

  /// Performs a trace until the reader has what it left.
  func replay(
    _ trace: Trace, following path: String, until text: (Trace) -> String
  ) throws {
    let follower = try Follower("\(host.root)/\(path)")
    for step in trace.steps { try trace.perform(step) }
    try follower.expect(text(trace))
    #expect(follower.truth == text(trace))
  }

  /// Performs a trace before the watcher's eyes, who sees every single step but has not waited for
  /// quiet yet; returns all that was read.
  func watch(_ trace: Trace, following path: String) throws -> [String?] {
    let follower = try Follower("\(host.root)/\(path)", quietMicroseconds: 3_600_000_000)
    for step in trace.steps {
      try trace.perform(step)
      try follower.takeIn()
    }
    return follower.seen
  }

  @Test(arguments: ["cert", "privkey", "chain", "fullchain"], [true, false])
  func certbot(follows: String, isWatched: Bool) throws {
    let (live, archive) = (
      "cb/conf/live/holdout.example.test", "cb/conf/archive/holdout.example.test"
    )
    var links: [String: Trace.Link] = [:]
    try host.run("mkdir -p cb/conf/renewal \(live) \(archive)")
    for name in ["cert", "privkey", "chain", "fullchain"] {
      try host.run(
        """
        echo old >\(archive)/\(name)2.pem
        ln -s ../../archive/holdout.example.test/\(name)2.pem \(live)/\(name).pem
        """)
      let target = "../../archive/holdout.example.test/\(name)"
      links["\(live)/\(name).pem"] = .symbolic("\(target)3.pem")
      links["\(live)/previous_\(name).pem"] = .symbolic("\(target)2.pem")
    }
    let trace = try Trace("certbot-renew", in: host.root, links: links)
    #expect(trace.steps.count == 37)
    let path = "\(live)/\(follows).pem"
    if isWatched {
      // Neither that the link is gone, nor one of four that does not match the others yet.
      #expect(try watch(trace, following: path) == ["old\n"])
    } else {
      try replay(trace, following: path) { $0.text(of: "\(archive)/\(follows)3.pem") }
    }
  }

  @Test(arguments: [true, false]) func lego(isWatched: Bool) throws {
    let file = "lego/certificates/lego.example.test.crt"
    try host.run(
      """
      mkdir -p lego/certificates
      cd lego/certificates
      for end in crt issuer.crt key json; do echo old >lego.example.test.$end; done
      """)
    let trace = try Trace("lego-renew", in: host.root)
    if isWatched {
      #expect(try watch(trace, following: file) == ["old\n"])
    } else {
      try replay(trace, following: file) { $0.text(of: file) }
    }
  }

  @Test(arguments: [true, false]) func uacme(isWatched: Bool) throws {
    let (folder, file) = ("ua/uacme.example.test", "ua/uacme.example.test/cert.pem")
    try host.run("mkdir -p \(folder); echo old >\(file)")
    let trace = try Trace(
      "uacme-renew", in: host.root, links: ["\(folder)/cert-1795486885.pem": .hard(file)])
    if isWatched {
      // A rename is told at once.
      let seen = try watch(trace, following: file)
      #expect(seen.last == .some(trace.text(of: "\(file).tmp")))
      #expect(Set(seen).count == 2)
    } else {
      try replay(trace, following: file) { $0.text(of: "\(file).tmp") }
    }
  }

  @Test(arguments: [true, false]) func dehydrated(isWatched: Bool) throws {
    let folder = "deh/certs/deh.example.test"
    var links: [String: Trace.Link] = [:]
    for name in ["privkey.pem", "chain.pem", "fullchain.pem", "cert.csr", "cert.pem"] {
      let parts = name.split(separator: ".")
      links["\(folder)/\(name)"] = .symbolic("\(parts[0])-1795486894.\(parts[1])")
    }
    let trace = try Trace("dehydrated-renew", in: host.root, links: links)
    let file = "\(folder)/fullchain.pem"
    if isWatched {
      #expect(try watch(trace, following: file) == [nil])
    } else {
      // It was written twice as cert-….pem, then renamed; what has that name now is a third one.
      try replay(trace, following: file) { _ in "\(folder)/cert-1795486894.pem 2\n" }
    }
  }
}
