/// The MESSAGE_ID of every event and notice, in one place; a test holds them against the catalog.
///
/// Made with `systemd-id128 new`; an id is never used for anything else.
public enum MessageID {
  /// Events by code.
  public static let events: [String: String] = [
    "first-sight": "1f7a948940cd45b185a6261e2402fd28",
    "enforced": "9b59faa29fd34e4fa2d242d3e3390dc9",
    "refused": "5445547e35a44305aae9b4496ae79488",
    "committed": "a9ee414b2a144e49bb73ca25b63f02b5",
    "rolled-back": "d696dfd129a940499dbfcc0c9245ea2e",
    "failed": "0ce3d77d91a74356b48d6119ee19e9c0",
    "answered": "76a5c0e3d8ad4a4fb8844591bf07d2c3",
    "notice-cleared": "a3d74221c7084c6bb446c996b53425f3",
    "daemon-started": "66e416c42d0f4d389841fd67a17ee3f1",
    "daemon-stopped": "fe072fec0dc6449f9e6715461230825b",
    "prepared": "bb4af6d1a8a74caea75f3a4f2bb156d9",
    "preparation-failed-run": "de8a40f0cb52415fb5b8b42d318e4a52",
    "staged": "264f4fb420434ecdb7d8787f8ce26b5d",
    "trouble": "e10cfdcdbde94978b17f6dc3b0cb165b",
  ]

  /// Notices by code; the days of `enforcement-soon-7d` and the steps of `imported-expires-2` and
  /// `followed-expires-2` are not part of it.
  public static let notices: [String: String] = [
    "not-adopted": "021a4b9a2c094c1991de3b5c8f4c3f04",
    "settings-invalid": "deed99ee2f8d444a8d78ff95716baba2",
    "settings-missing": "6066ed9ceb43402bbc68af9c1d0a0a9d",
    "unit-differs": "8b5f33639f5e4edbb0e9b719fc560951",
    "systemd-away": "676e51fb79cf4ec6bfec02c01abc8d16",
    "unit-not-found": "8bd9da04fb0d4e5e9974165c7231de00",
    "unit-masked": "8b9f17644a90446b8986b697c90ea15f",
    "unit-changing": "9a9c3637015a490983b18c56703b7a7e",
    "unit-stopped": "52fe9b29712940d0a8a510f57a64edc7",
    "unit-failed": "85a5d1d6447046029f0477771b0c24eb",
    "preparation-missing": "fef25c3ce52243a69dd42769f23e8a1f",
    "profile-missing": "f0de143a9c7a4608b9be82b6143e864c",
    "stage-failed": "b3f51e8f3f2c470e823b71a13d1b41eb",
    "port-taken": "340444219a664cdb97a16fc626e3ee99",
    "refused-by-server": "ef42beb8a8724d20bcb2975a0d7601f8",
    "rolled-back": "a2f6f44ee59a4903a6f5a8171c2f2a03",
    "preparation-failed": "50717127f1204c969f1eb41bd6b66e0f",
    "served-differs": "5b582e0b57f44f2dad8255002a72a87d",
    "ratchet-unreadable": "e55bd24564ff4ea999412d56e1783276",
    "ratchet-not-written": "c0f49d8ce0764ee1a3fc2a7559f4edf5",
    "enforcement-soon": "e20b703b1c514c22bb790d77bbd5a604",
    "clock-in-doubt": "512063026b9846239d1e5f78ab401f1a",
    "revert-refused": "90216feb7ef74348a6c21ecf2024e046",
    "expired": "c7435a79e0654603824ddc9338c30cd0",
    "expires-soon": "9c7646e81c7140948b15fd2d8a1d59f0",
    "certificate-change-pending": "5253785761ff4178a840ae587fb52083",
    "state-not-written": "2681e8fdc8a84186b66a919f3afba516",
    "request-pending": "5dd916713d7f432ab794cfa850dea8ce",
    "import-missing": "70e9994367db4c84bad20df5df778457",
    "import-waits": "85b572fbaed14f1a8dc28387aba0235c",
    "import-ended": "70a379484a564d0281b97e2e2cb11a18",
    "trust-not-in-force": "8263b7eb84184e0f8e5e7b3ecf5768ac",
    "imported-expires": "63489b463de14682adbd10b4f205c91b",
    "followed-mismatch": "1a17db8d35de4566841515f3a205893c",
    "followed-unreadable": "757ff9ad350f47f9b42a709dd64eba82",
    "followed-refused": "f18020e1f3f14abbb767a96877aa77a0",
    "followed-held": "883789c657e94fec999be3d0086be1fe",
    "followed-expires": "6107f1c340d14766976439ea0655a5c8",
    "held": "05dab23506ff41cda3b1855628dfccec",
    "window-never": "1de473880d374e5ab2677fa6d9abcf00",
    "link-missing": "2d00a5acc48245cc97adaf88440033c0",
    "newer-generation": "3193f4d6f79140f284fc00859f499ac0",
    "step-failed": "0c6637b8e28e4be4bdb57922cde3c623",
  ]

  /// The id of a notice.
  public static func notice(_ code: String) -> String? {
    let stems = ["enforcement-soon", "imported-expires", "followed-expires"]
    return notices[stems.first { code.hasPrefix("\($0)-") } ?? code]
  }
}
