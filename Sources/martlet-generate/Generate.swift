import Foundation

/// Writes every generated file of the repository, or with `--check` tells which are stale.
///
/// Run from the root of the repository. Exit status: 0 done or all fresh, 1 something stale or broken, 2 usage.
@main
enum Generate {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.allSatisfy({ $0 == "--check" }) else {
      complain("usage: martlet-generate [--check]")
      exit(2)
    }
    do {
      let files = try generatedFiles(in: ".")
      let stale = staleFiles(in: ".", comparedTo: files)
      if arguments.isEmpty {
        try write(files, replacing: stale)
      } else if !stale.isEmpty {
        for path in stale { complain("stale: \(path)") }
        complain("run 'make generate' and commit what it changes")
        exit(1)
      }
    } catch {
      complain("\(error)")
      exit(1)
    }
  }

  /// The folder that holds nothing but generated files.
  static let folder = "Sources/MartletSchema/Generated"

  /// Every generated file's text, by its path from the root of the repository.
  static func generatedFiles(in root: String) throws -> [String: String] {
    let schema = try Schema(parsing: String(contentsOfFile: "\(root)/schema/event.schema.json", encoding: .utf8))
    var files = [
      SchemaTextFile.path: SchemaTextFile(schema: schema).text,
      ReferencePage.path: ReferencePage(schema: schema).text,
    ]
    for definition in schema.definitions {
      let file = TypeFile(schema: schema, definition: definition)
      files[file.path] = file.text
    }
    return files
  }

  /// Paths whose files are missing, different, or in the generated folder without being generated any more.
  static func staleFiles(in root: String, comparedTo files: [String: String]) -> [String] {
    let changed = files.filter { path, text in
      (try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)) != text
    }
    let present = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
    let orphans = present.map { "\(folder)/\($0)" }.filter { files[$0] == nil }
    return (changed.keys + orphans).sorted()
  }

  static func write(_ files: [String: String], replacing stale: [String]) throws {
    for path in stale {
      if let text = files[path] {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        print("wrote \(path)")
      } else {
        try FileManager.default.removeItem(atPath: path)
        print("removed \(path)")
      }
    }
  }

  static func complain(_ message: String) {
    FileHandle.standardError.write(Data("martlet-generate: \(message)\n".utf8))
  }
}
