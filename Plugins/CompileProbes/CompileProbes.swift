import Foundation
import PackagePlugin

/// Compiles each `bpf/*.bpf.c` of a target with the toolchain's clang and embeds the objects as Swift.
///
/// Every header under `bpf/` and of `CMartletABI` is an input, so a change of either rebuilds the objects.
@main
struct CompileProbes: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = target.directoryURL.appending(path: "bpf")
    let abi = target.directoryURL.deletingLastPathComponent().appending(path: "CMartletABI/include")
    let sources = files(below: folder)
    let headers = sources.filter { $0.pathExtension == "h" } + files(below: abi)
    let clang = try context.tool(named: "clang").url
    return try sources.filter { $0.lastPathComponent.hasSuffix(".bpf.c") }.map { source in
      let name = source.lastPathComponent.dropLast(".bpf.c".count)
      let output = context.pluginWorkDirectoryURL.appending(path: "\(name).swift")
      return .buildCommand(
        displayName: "Compiling probes \(source.lastPathComponent)",
        executable: try context.tool(named: "embed").url,
        arguments: ["probes", clang.path, source.path, abi.path, output.path],
        inputFiles: [source] + headers,
        outputFiles: [output])
    }
  }

  private func files(below folder: URL) -> [URL] {
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
    return (found ?? []).filter { ["c", "h"].contains($0.pathExtension) }.sorted { $0.path < $1.path }
  }
}
