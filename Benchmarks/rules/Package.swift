// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "rules",
  dependencies: [.package(name: "martlet", path: "../..")],
  targets: [
    .target(name: "CAllocations"),
    .executableTarget(
      name: "rules-benchmark",
      dependencies: [
        "CAllocations", .product(name: "MartletRules", package: "martlet"), .product(name: "SECL", package: "martlet"),
      ]),
  ]
)
