// swift-tools-version: 6.2

import PackageDescription

/// What every Swift target of ours is compiled with.
let house: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// What every C target of ours is compiled with.
let houseC: [CSetting] = [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]

/// What every C++ target of ours is compiled with.
let houseCXX: [CXXSetting] = [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]

let package = Package(
  name: "martlet",
  products: [
    .library(name: "MartletSchema", targets: ["MartletSchema"]),
    .library(name: "MartletClient", targets: ["MartletClient"]),
    .library(name: "SECL", targets: ["SECL"]),
    .library(name: "MartletRules", targets: ["MartletRules"]),
    .executable(name: "martlet", targets: ["martlet"]),
    .executable(name: "martlet-ship", targets: ["martlet-ship"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // The contract: what leaves Martlet. Imports nothing, so that any program can use it.
    .target(name: "MartletSchema", swiftSettings: house),
    .executableTarget(name: "martlet-generate", swiftSettings: house),

    // What runs in the kernel, and the C that we call.
    .target(name: "CMartletABI", cSettings: houseC),
    // What watched programs tell us with, any program.
    .target(name: "MartletClient", dependencies: ["CMartletABI"], path: "client", cSettings: houseC),
    .target(name: "CLinux", cSettings: houseC),
    .target(
      name: "CLibbpf", cSettings: houseC,
      linkerSettings: [.linkedLibrary(":libbpf.a"), .linkedLibrary(":libelf.a"), .linkedLibrary(":libz.a")]),
    .target(name: "CZstd", cSettings: houseC, linkerSettings: [.linkedLibrary(":libzstd.a")]),
    // Not ':libz.a', which would then be named once, and before libelf, which needs it.
    .target(name: "CZlib", cSettings: houseC, linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CNettle", cSettings: houseC, linkerSettings: [.linkedLibrary(":libnettle.a")]),
    .target(name: "CYaml", cSettings: houseC, linkerSettings: [.linkedLibrary(":libyaml.a")]),
    // A static executable takes from libstdc++ only what is missing where it is named, so it has to follow RE2.
    .target(
      name: "CRE2", cxxSettings: houseCXX, linkerSettings: [.linkedLibrary(":libre2.a"), .linkedLibrary("stdc++")]),
    // What the build puts into the executable.
    .target(name: "Embedded", dependencies: ["CZstd"], swiftSettings: house),
    .executableTarget(name: "embed", dependencies: ["CZstd"], swiftSettings: house),
    .plugin(name: "CompileProbes", capability: .buildTool(), dependencies: ["embed"]),
    .target(
      name: "MartletProbes", dependencies: ["Embedded"], exclude: ["bpf"], swiftSettings: house,
      plugins: ["CompileProbes"]),

    // The rooms, in the order in which a record walks through them.
    .target(name: "MartletModel", swiftSettings: house),
    .target(
      name: "MartletSensor",
      dependencies: ["CLibbpf", "CLinux", "CMartletABI", "CNettle", "Embedded", "MartletModel", "MartletProbes"],
      swiftSettings: house),
    .target(name: "LinuxHost", swiftSettings: house),
    .target(
      name: "MartletContext", dependencies: ["LinuxHost", "MartletModel", "MartletSchema"], swiftSettings: house),
    .target(name: "SECL", dependencies: ["CRE2"], swiftSettings: house),
    .target(
      name: "MartletRules", dependencies: ["CYaml", "MartletModel", "MartletSchema", "SECL"], swiftSettings: house),
    .plugin(name: "EmbedPolicies", capability: .buildTool(), dependencies: ["embed"]),
    .target(name: "RulePack", dependencies: ["Embedded"], swiftSettings: house, plugins: ["EmbedPolicies"]),
    .target(name: "MartletOutput", dependencies: ["CLinux", "MartletModel", "MartletSchema"], swiftSettings: house),
    // Between the agent and its shipper; the agent links the writer alone.
    .target(name: "MartletOutbox", dependencies: ["CLinux", "CZlib"], swiftSettings: house),
    .target(
      name: "MartletAgent",
      dependencies: [
        "CLinux", "CMartletABI", "CNettle", "CZstd", "LinuxHost", "MartletClient", "MartletContext", "MartletModel",
        "MartletOutbox", "MartletOutput", "MartletRules", "MartletSchema", "MartletSensor", "SECL",
      ],
      swiftSettings: house),
    .executableTarget(
      name: "martlet",
      dependencies: [
        "CLinux", "MartletAgent", "MartletModel", "MartletOutbox", "MartletOutput", "MartletRules", "MartletSchema",
        "RulePack", "SECL",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // Nothing of it is asked for each event: small is better than fast.
      swiftSettings: house + [.unsafeFlags(["-Osize"], .when(configuration: .release))]),

    // What delivers events: a program of its own, without privilege, which links what speaks to networks.
    .target(name: "CCurl", cSettings: houseC, linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "CKafka", cSettings: houseC, linkerSettings: [.linkedLibrary("rdkafka")]),
    .target(name: "CMicrohttpd", cSettings: houseC, linkerSettings: [.linkedLibrary("microhttpd")]),
    .target(name: "CNats", cSettings: houseC, linkerSettings: [.linkedLibrary("nats")]),
    .target(
      name: "MartletShip",
      dependencies: [
        "CCurl", "CKafka", "CLinux", "CMicrohttpd", "CNats", "CZlib", "CZstd", "MartletOutbox", "MartletRules",
        "MartletSchema", "SECL",
      ],
      swiftSettings: house),
    .executableTarget(
      name: "martlet-ship",
      dependencies: [
        "MartletModel", "MartletOutbox", "MartletSchema", "MartletShip",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: house),

    .testTarget(
      name: "MartletSchemaTests", dependencies: ["MartletSchema", "martlet-generate"], exclude: ["Fixtures"],
      swiftSettings: house),
    .testTarget(name: "MartletModelTests", dependencies: ["MartletModel"], swiftSettings: house),
    .testTarget(name: "LinuxHostTests", dependencies: ["LinuxHost"], swiftSettings: house),
    .testTarget(
      name: "MartletSensorTests",
      dependencies: ["CLibbpf", "CMartletABI", "MartletModel", "MartletProbes", "MartletSensor", "Support"],
      swiftSettings: house),
    .testTarget(
      name: "MartletContextTests", dependencies: ["MartletContext", "MartletModel"], swiftSettings: house),
    .testTarget(
      name: "MartletOutputTests", dependencies: ["MartletModel", "MartletOutput", "MartletSchema", "Support"],
      swiftSettings: house),
    .executableTarget(
      name: "outbox-writer", dependencies: ["MartletOutbox"], path: "Tests/outbox-writer", swiftSettings: house),
    .testTarget(
      name: "MartletOutboxTests", dependencies: ["MartletOutbox", "Support", "outbox-writer"], swiftSettings: house),
    .testTarget(
      name: "ShipTests",
      dependencies: [
        "CKafka", "CNats", "MartletOutbox", "MartletSchema", "MartletShip", "Support", "martlet-ship", "outbox-writer",
      ],
      exclude: ["servers"], swiftSettings: house),
    .testTarget(
      name: "SECLTests", dependencies: ["MartletRules", "MartletSchema", "SECL", "Support"], exclude: ["Fixtures"],
      swiftSettings: house),
    .testTarget(
      name: "MartletRulesTests", dependencies: ["MartletModel", "MartletRules", "MartletSchema", "SECL", "Support"],
      swiftSettings: house),
    .testTarget(
      name: "MartletAgentTests",
      dependencies: [
        "LinuxHost", "MartletAgent", "MartletContext", "MartletModel", "MartletOutput", "MartletRules", "MartletSchema",
        "MartletSensor", "RulePack", "SECL", "Support",
      ],
      swiftSettings: house),

    // What fuzzers feed, and what they found.
    .target(
      name: "FuzzReaders",
      dependencies: [
        "CZstd", "LinuxHost", "MartletAgent", "MartletContext", "MartletModel", "MartletOutput", "MartletRules",
        "MartletSchema", "MartletSensor", "SECL",
      ],
      path: "Fuzz/Readers", swiftSettings: house),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzReaders", "Support"], swiftSettings: house),

    // Tests of the whole: what they watch, what they share, and they themselves.
    .executableTarget(
      name: "actor", dependencies: ["MartletClient"], path: "Tests/actor", cSettings: houseC,
      linkerSettings: [.linkedLibrary("pthread")]),
    .target(name: "Support", dependencies: ["MartletSchema"], path: "Tests/Support", swiftSettings: house),
    .testTarget(name: "KernelTests", dependencies: ["Support", "actor", "martlet"], swiftSettings: house),
    .testTarget(name: "GuestTests", dependencies: ["Support", "actor", "martlet"], swiftSettings: house),
    .executableTarget(
      name: "trace-and-record", dependencies: ["MartletAgent", "MartletOutput", "MartletRules"],
      path: "Tests/trace-and-record",
      swiftSettings: house),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "CZstd", "MartletAgent", "MartletModel", "MartletOutput", "MartletSchema", "Support", "actor", "martlet",
        "martlet-ship", "trace-and-record",
      ],
      swiftSettings: house),

    // A benchmark that looks inside: Benchmarks/rules/run.
    .executableTarget(
      name: "recorded-rules", dependencies: ["MartletAgent", "MartletModel", "MartletRules", "RulePack", "SECL"],
      path: "Benchmarks/rules/recorded", swiftSettings: house),
  ]
)

// What stands for parts of Swift's libraries that the release executable never uses: scripts/release.
if Context.environment["MARTLET_RELEASE"] != nil {
  package.targets.append(
    .target(name: "left-out", path: "scripts/static/left-out", publicHeadersPath: ".", cSettings: houseC))
  package.targets.first { $0.name == "martlet" }?.dependencies.append("left-out")
}

// The fuzzers need libFuzzer's instrumentation in all that they reach, so that no ordinary build sees them: Fuzz/run.
if Context.environment["MARTLET_FUZZ"] != nil {
  let sanitizers = ["-sanitize=fuzzer,address"]
  for target in package.targets where target.type == .regular && target.plugins == nil {
    target.swiftSettings?.append(.unsafeFlags(sanitizers))
  }
  package.targets.append(
    .executableTarget(
      name: "martlet-fuzz", dependencies: ["FuzzReaders"], path: "Fuzz", exclude: ["Readers", "corpus", "run"],
      swiftSettings: house + [.unsafeFlags(sanitizers)],
      linkerSettings: [.unsafeFlags(sanitizers + ["-use-ld=lld"])]))
}
