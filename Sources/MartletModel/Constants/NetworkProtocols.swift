/// The protocols of the two layers that packets of events have, as events spell them.
package enum NetworkProtocols {
  /// Of the network layer, by EtherType; only IP carries what we read.
  package static let network = ConstantTable(["ETH_P_IP": 0x0800, "ETH_P_IPV6": 0x86dd])

  /// Of the transport layer, by the protocol number of IP.
  package static let transport = ConstantTable([
    "IP_PROTO_IP": 0,
    "IP_PROTO_ICMP": 1,
    "IP_PROTO_IGMP": 2,
    "IP_PROTO_IPIP": 4,
    "IP_PROTO_TCP": 6,
    "IP_PROTO_EGP": 8,
    "IP_PROTO_IGP": 9,
    "IP_PROTO_PUP": 12,
    "IP_PROTO_UDP": 17,
    "IP_PROTO_IDP": 22,
    "IP_PROTO_TP": 29,
    "IP_PROTO_DCCP": 33,
    "IP_PROTO_IPV6": 41,
    "IP_PROTO_RSVP": 46,
    "IP_PROTO_GRE": 47,
    "IP_PROTO_ESP": 50,
    "IP_PROTO_AH": 51,
    "IP_PROTO_ICMPV6": 58,
    "IP_PROTO_MTP": 92,
    "IP_PROTO_BEETPH": 94,
    "IP_PROTO_ENCAP": 98,
    "IP_PROTO_PIM": 103,
    "IP_PROTO_COMP": 108,
    "IP_PROTO_SCTP": 132,
    "IP_PROTO_UDPLITE": 136,
    "IP_PROTO_MPLS": 137,
    "IP_PROTO_RAW": 255,
  ])

  package static let tcp: UInt8 = 6
  package static let udp: UInt8 = 17
}
