import ArgumentParser
import MartletAgent

/// `martlet config reference`: the page that docs/reference has.
struct ConfigReference: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference", abstract: "Print the reference of all settings, as Markdown.")

  func run() {
    print(
      """
      # Configuration

      `martlet run` needs none. What it is told comes from the command line, else from the environment, else from the file
      (`--config`, `MARTLET_CONFIG`, or `/etc/martlet/martlet.yaml`), else from the defaults below. `martlet config check`
      tells what is wrong with a file, and `martlet config show` what everything is set to, and by whom.

      The file is YAML. A name with a point is a key below another one. Sizes are written as `512KiB`, `16MiB`, `1GiB`, `10MB` or
      in bytes; durations as `500ms`, `10s`, `5m`, `12h`, `7d`. In the environment and with `--set` a list is written with
      commas.

      ```yaml
      events: [exec]
      policies:
        paths: [/etc/martlet/policies]
      file:
        path: /var/log/martlet/events.jsonl
        max_size: 100MiB
      ```

      <!-- Written by `make docs`. -->

      """)
    for setting in Setting.all {
      let option = setting.option ?? "\(Configuration.generalOption) \(setting.name)=…"
      print(
        """
        ## `\(setting.name)`

        \(setting.meaning)

        | value | default | environment | command line |
        | --- | --- | --- | --- |
        | \(setting.kind.description) | `\(setting.standard)` | `\(setting.variable)` | `\(option)` |

        """)
    }
  }
}
