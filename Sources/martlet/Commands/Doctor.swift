import ArgumentParser

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Tell what this host allows.")
}
