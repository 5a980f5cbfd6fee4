import MartletModel
import SECL

// Addresses and directions as rules know them.

extension IPNetwork {
  /// The network that is `address` alone.
  init(_ address: IPAddress) { self.init(high: address.high, low: address.low) }
}

extension IPAddress {
  /// Whether it may be that of a host anywhere in the internet: it is in none of the ranges that are kept for other uses
  /// (RFC 6890 and the registries that it began).
  var isPublic: Bool {
    let address = IPNetwork(self)
    return !Self.reserved.contains { $0.overlaps(address) }
  }

  private static let reserved = [
    // This network, private, carriers', loopback, links', of protocols, documentation, 6to4, benchmarks, multicast, later.
    "0.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
    "192.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "192.88.99.0/24", "198.18.0.0/15",
    "224.0.0.0/4", "240.0.0.0/4",
    // None, loopback, translation, discard, of protocols, documentation, 6to4, unique local, links', sites', multicast.
    "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "2002::/16",
    "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
  ].compactMap { IPNetwork($0) }
}

extension NetworkContext {
  /// A number of the group "Network directions".
  var direction: Int64 { isIngress ? 2 : 1 }
}
