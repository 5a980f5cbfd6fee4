import MartletModel

extension EventFields {
  static let capset = EventFields(
    "capset", "A process changed its capabilities.",
    [
      .int("capset.cap_effective", "Capabilities now in force, one bit each.", constants: "Kernel capabilities") {
        $0.event.activity.credentials.capEffective
      },
      .int(
        "capset.cap_permitted", "Capabilities that may now be put in force, one bit each.",
        constants: "Kernel capabilities"
      ) { $0.event.activity.credentials.capPermitted },
    ])
}
