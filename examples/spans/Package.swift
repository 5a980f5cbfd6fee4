// swift-tools-version: 6.2

import PackageDescription

// A program that tells an agent which span of distributed tracing each of its threads is in. What it needs is one header
// of C, client/include/martlet_client.h; a program that is not built by SwiftPM copies that file.
let package = Package(
  name: "spans",
  dependencies: [.package(name: "martlet", path: "../..")],
  targets: [
    .executableTarget(
      name: "spans",
      dependencies: [.product(name: "MartletClient", package: "martlet")],
      linkerSettings: [.linkedLibrary("pthread")])
  ]
)
