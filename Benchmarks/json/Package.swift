// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "json",
  dependencies: [.package(name: "martlet", path: "../..")],
  targets: [
    .target(name: "CAllocations"),
    .executableTarget(
      name: "json-benchmark",
      dependencies: ["CAllocations", .product(name: "MartletSchema", package: "martlet")]),
  ]
)
