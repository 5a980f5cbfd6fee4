// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "allocations",
  products: [.library(name: "CAllocations", targets: ["CAllocations"])],
  targets: [.target(name: "CAllocations", path: "CAllocations")])
