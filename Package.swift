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

let package = Package(
  name: "martlet",
  products: [
    .library(name: "MartletSchema", targets: ["MartletSchema"]),
    .executable(name: "martlet", targets: ["martlet"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // The contract: what leaves Martlet. Imports nothing, so that any program can use it.
    .target(name: "MartletSchema", swiftSettings: house),
    .executableTarget(name: "martlet-generate", swiftSettings: house),
    .executableTarget(
      name: "martlet",
      dependencies: ["MartletSchema", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: house),
    .testTarget(
      name: "MartletSchemaTests", dependencies: ["MartletSchema", "martlet-generate"], exclude: ["Fixtures"],
      swiftSettings: house),
  ]
)
