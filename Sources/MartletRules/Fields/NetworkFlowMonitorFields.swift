extension EventFields {
  static let networkFlowMonitor = EventFields(
    "network_flow_monitor", "Traffic of an interface was counted for a while.",
    [
      .string("network_flow_monitor.device.ifname", "Name of the interface."),
      .flows("network_flow_monitor.flows", "Each flow."),
    ])
}
