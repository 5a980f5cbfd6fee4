// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "rules",
  dependencies: [.package(name: "martlet", path: "../.."), .package(path: "../allocations")],
  targets: [
    .executableTarget(
      name: "rules-benchmark",
      dependencies: [
        .product(name: "CAllocations", package: "allocations"), .product(name: "MartletRules", package: "martlet"),
        .product(name: "SECL", package: "martlet"),
      ])
  ]
)
