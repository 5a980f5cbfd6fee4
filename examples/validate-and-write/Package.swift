// swift-tools-version: 6.2

import PackageDescription

// A program of its own that knows Martlet's events and nothing else of Martlet: no probe, no C library, no privilege.
let package = Package(
  name: "validate-and-write",
  dependencies: [.package(name: "martlet", path: "../..")],
  targets: [
    .executableTarget(
      name: "validate-and-write",
      dependencies: [.product(name: "MartletSchema", package: "martlet")])
  ]
)
