import Generations
import Planner

/// 2026-03-01T06:30:00Z.
let start: UnixSeconds = 1_772_346_600

func console(
  _ proto: WebProtocol = .http, https: Int = 8383, http: Int = 8020,
  after: AfterHTTPS = .redirect, bind: [String] = ["127.0.0.1"]
) -> ChannelTarget {
  ChannelTarget(
    name: "console", site: "main", httpsPort: https, bind: bind,
    plain: PlainTarget(proto: proto, httpPort: http, afterHTTPS: after))
}

func agents(_ port: Int = 8443, bind: [String] = ["127.0.0.1"]) -> ChannelTarget {
  ChannelTarget(name: "agents", site: "main", httpsPort: port, bind: bind)
}

func generation(
  _ number: Int = 1, _ channels: [ChannelTarget] = [console()], sha256: String? = nil,
  names: [String] = ["ec.example.com"], notAfter: UnixSeconds = start + 365 * Limits.day
) -> GenerationFacts {
  GenerationFacts(
    number: number, listen: ListenTarget(profile: "nginx", channels: channels),
    certificateTarget: CertificateTarget(source: .selfSigned, names: nil, key: .ecdsaP256),
    certificate: CertificateFacts(
      sha256: sha256 ?? String(repeating: "a", count: 64), notBefore: start - Limits.day,
      notAfter: notAfter, names: names, madeAt: start),
    createdAt: start, why: "the first generation")
}

let adoption = Adoption(
  name: "console", unit: "supervisord-ec-test-none.service", profile: "nginx",
  serverNames: ["_", "ec.example.com"])

let settings = ServiceSettings(
  name: "console", unit: adoption.unit, profile: "nginx",
  channels: [
    ChannelSettings(
      name: "console", httpsPort: 8383, bind: ["127.0.0.1"], plain: PlainSettings())
  ])

/// An adopted service on its first generation, seen before, whose unit runs.
func observation(
  at now: UnixSeconds = start, unit: UnitFacts.Activity = .active,
  ratchet: Ratchet = Ratchet(firstSeen: start), current: GenerationFacts? = generation(),
  lastGood: GenerationFacts? = generation()
) -> Observation {
  Observation(
    clock: ClockFacts(realtime: now, boottime: now - start + 1_000, synchronised: true),
    settings: SettingsFacts(outcome: .valid(settings), digest: "1"), adoption: adoption,
    unit: UnitFacts(activity: unit, invocation: "1", preparationInForce: true),
    profile: ProfileFacts(reloadServes: [.certificate, .port, .protocol]),
    ratchet: .readable(ratchet), current: current, lastGood: lastGood,
    generationsOnDisk: current.map { [$0.number] } ?? [])
}

/// What a generation is written from.
func newGeneration(_ facts: GenerationFacts = generation()) -> NewGeneration {
  NewGeneration(
    listen: facts.listen, certificateTarget: facts.certificateTarget,
    certificate: facts.certificate, chainPEM: Array("chain".utf8), keyPEM: Array("key".utf8),
    rendered: ["main.conf": Array("# main\n".utf8)], createdAt: facts.createdAt, why: facts.why)
}
