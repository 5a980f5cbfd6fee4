import Foundation
import PackagePlugin

/// Embeds the rule pack, `policies/*.policy` of the package, as Swift.
@main
struct EmbedPolicies: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.package.directoryURL.appending(path: "policies")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "policy" }.sorted { $0.path < $1.path }
    let output = context.pluginWorkDirectoryURL.appending(path: "RulePack+Files.swift")
    return [
      .buildCommand(
        displayName: "Embedding the rule pack", executable: try context.tool(named: "embed").url,
        arguments: ["policies", output.path] + files.map(\.path), inputFiles: files, outputFiles: [output])
    ]
  }
}
