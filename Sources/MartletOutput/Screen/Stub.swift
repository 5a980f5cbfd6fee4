package import MartletModel
package struct ScreenStyle: Hashable, Sendable { package init(color: Bool, columns: Int? = nil) {} }
package struct CompactFormatter { package init(style: ScreenStyle) {}; package mutating func append(_ e: Event, to: inout [UInt8]) { to += "\(e.type.name) \(e.process.comm) \(e.activity)\n".utf8 } }
package struct PrettyFormatter { package init(style: ScreenStyle) {}; package mutating func append(_ e: Event, to: inout [UInt8]) { to += "\(e.type.name) \(e.process.comm) \(e.activity)\n".utf8 } }
