// swift-tools-version: 6.2
// What depends on what is the architecture: docs/ARCHITECTURE.md says why, TidyTests hold it.
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "supervisord-ec",
  products: [.executable(name: "supervisord-ec", targets: ["supervisord-ec"])],
  dependencies: [
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    module("Planner"),
    module("Files"),
    module("Systemd", ["CSystemd"]),
    module("Certificates", ["COpenSSL"]),
    module("Settings", ["Planner", "Files", .product(name: "TOMLKit", package: "TOMLKit")]),
    module("Generations", ["Planner", "Files", .product(name: "TOMLKit", package: "TOMLKit")]),
    module("Adoption", ["Planner", "Files", "Generations"]),
    module("Watchers", ["Planner", "Systemd", "Settings", "Generations", "Files"]),
    module(
      "Coordinator",
      ["Planner", "Systemd", "Certificates", "Settings", "Generations", "Files"]),
    .executableTarget(
      name: "supervisord-ec",
      dependencies: [
        "Planner", "Files", "Systemd", "Certificates", "Settings", "Generations", "Adoption",
        "Watchers", "Coordinator",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // Measures the planner for `make bench`; not shipped.
    .executableTarget(
      name: "PlannerBenchmark", dependencies: ["Planner"], path: "Benchmarks/PlannerBenchmark",
      swiftSettings: strict),
    // Measures what `stage` does in its unit, for `make bench`; not shipped.
    .executableTarget(
      name: "StagingBenchmark", dependencies: ["Planner", "Generations", "Coordinator"],
      path: "Benchmarks/StagingBenchmark", swiftSettings: strict),
    // The simulated host and the checkers, in a module of its own so that `make simulate` can be
    // optimised; neither is shipped.
    .target(
      name: "Simulation", dependencies: ["Planner"], path: "Tests/Simulation",
      swiftSettings: strict),
    .executableTarget(
      name: "Simulate", dependencies: ["Simulation"], path: "Tests/Simulate",
      swiftSettings: strict),
    tests("SystemdTests", ["Systemd", "CSystemd"]),
    // The cases are read where they lie: a bundle of resources needs Foundation.
    .testTarget(
      name: "CertificatesTests", dependencies: ["Certificates"], exclude: ["limbo", "cases"],
      swiftSettings: strict),
    tests("PlannerTests", ["Planner"]),
    tests("SettingsTests", ["Settings", "Planner", "Files"]),
    tests("FilesTests", ["Files"]),
    tests("GenerationsTests", ["Generations", "Planner", "Files"]),
    tests("AdoptionTests", ["Adoption", "Generations", "Planner", "Files"]),
    tests(
      "CoordinatorTests",
      ["Coordinator", "Planner", "Systemd", "Certificates", "Generations", "Settings", "Files"]),
    tests(
      "WatchersTests", ["Watchers", "Planner", "Systemd", "Settings", "Generations", "Files"]),
    tests("SimulationTests", ["Simulation", "Planner"]),
    tests(
      "CommandTests",
      [
        "supervisord-ec", "Planner", "Coordinator", "Generations", "Files", "Settings",
        "Certificates",
      ]),
    tests(
      "TidyTests",
      [
        "supervisord-ec", "Settings", "Files",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ]
)

// libFuzzer brings a main function of its own, so an ordinary build leaves this out: `make fuzz`.
if Context.environment["SUPERVISORD_EC_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzz",
      dependencies: ["Planner", "Certificates", "Settings", "Generations", "Adoption"],
      path: "Tests/Fuzz", exclude: ["make-corpus", "run"],
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
