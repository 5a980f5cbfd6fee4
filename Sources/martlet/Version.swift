import MartletModel

/// What `martlet --version` prints.
let version = "martlet \(MartletModel.Martlet.version)"
