/// Where HTTP goes, and how to be sure that it is there.
package struct HTTPTarget: Hashable, Sendable {
  package var url: String
  /// A Unix socket on which the server listens, instead of the URL's host.
  package var unixSocket: String?
  /// Whether the server's certificate has to be good and of that name.
  package var verify = true
  /// Certificates, in PEM, that the server's must go back to, instead of the system's.
  package var caFile: String?
  package var clientCertificate: String?
  package var clientKey: String?
  package var user: String?
  package var password: String?
  package var proxy: String?
  /// `NAME: VALUE`.
  package var headers: [String] = []
  /// For the whole of an exchange.
  package var timeout: Duration = .seconds(30)

  package init(url: String) { self.url = url }
}
