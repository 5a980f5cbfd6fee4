// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "json",
  dependencies: [.package(name: "martlet", path: "../.."), .package(path: "../allocations")],
  targets: [
    .executableTarget(
      name: "json-benchmark",
      dependencies: [
        .product(name: "CAllocations", package: "allocations"), .product(name: "MartletSchema", package: "martlet"),
      ])
  ]
)
