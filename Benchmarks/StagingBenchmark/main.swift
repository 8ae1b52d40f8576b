// usage: StagingBenchmark COUNT FOLDER PROFILES
// Makes the first generation of COUNT services below FOLDER, as `stage` does: a key, a self-signed
// certificate, the rendered files, all of it flushed to the disk. Prints the seconds of each.
import Coordinator
import Generations
import Glibc
import Planner

let arguments = CommandLine.arguments
guard arguments.count == 4, let count = Int(arguments[1]) else {
  print("usage: StagingBenchmark COUNT FOLDER PROFILES")
  exit(64)
}
let paths = HostPaths(root: arguments[2])
guard unsafe symlink(arguments[3], paths.profiles) == 0 else {
  print("no link to the profiles at \(paths.profiles)")
  exit(1)
}

func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

func order(_ name: String) -> StageOrder {
  let console = ChannelTarget(
    name: "console", site: "main", httpsPort: 8383, bind: ["0.0.0.0", "::"],
    plain: PlainTarget(proto: .http, httpPort: 8020, afterHTTPS: .redirect))
  return StageOrder(
    listen: ListenTarget(profile: "nginx", channels: [console]), newCertificate: true,
    certificate: CertificateTarget(
      source: .selfSigned, names: ["\(name).example.com"], key: .ecdsaP256),
    lifetime: 365 * Limits.day, why: "the first generation")
}

// 2026-11-24T00:00:00Z.
let now: UnixSeconds = 1_795_478_400
var values: [Double] = []
for number in 0..<count {
  let name = "service-\(number)"
  let adoption = Adoption(
    name: name, unit: "\(name).service", profile: "nginx", serverNames: ["\(name).example.com"])
  let time = try ContinuousClock().measure {
    let store = ServiceStore(root: paths.state, name: name)
    try store.prepareFolders()
    _ = try GenerationMaker(paths: paths, adoption: adoption, now: now)
      .make(order(name), current: nil)
  }
  values.append(seconds(time))
}
print("{\"values\": \(values)}")
