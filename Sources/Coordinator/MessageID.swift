/// The MESSAGE_ID of every event and notice, in one place; a test holds them against the catalog.
///
/// Made with `systemd-id128 new`; an id is never used for anything else.
public enum MessageID {
  /// Events by code.
  public static let events: [String: String] = [
    "first-sight": "1f7a948940cd45b185a6261e2402fd28",
    "enforced": "
9b59faa29fd34e4fa2d242d3e3390dc",
    "refused": "9
5445547e35a44305aae9b4496ae794",
    "committed": "88
a9ee414b2a144e49bb73ca25b63f0",
    "rolled-back": "2b5
d696dfd129a940499dbfcc0c9245",
    "failed": "ea2e
0ce3d77d91a74356b48d6119ee1",
    "answered": "9e9c0
76a5c0e3d8ad4a4fb8844591bf",
    "notice-cleared": "07d2c3
a3d74221c7084c6bb446c996b",
    "daemon-started": "53425f3
66e416c42d0f4d389841fd67",
    "daemon-stopped": "a17ee3f1
fe072fec0dc6449f9e67154",
    "prepared": "61230825b
bb4af6d1a8a74caea75f3a",
    "preparation-failed-run": "4f2bb156d9
de8a40f0cb52415fb5b8b",
    "staged": "42d318e4a52
264f4fb420434ecdb7d8",
    "trouble": "787f8ce26b5d
e10cfdcdbde94978b17",
  ]

  /// Notices by code; the days of `enforcement-soon-7d` are not part of it.
  public static let notices: [String: String] = [
    "not-adopted": "f6dc3b0cb165b
021a4b9a2c094c1991",
    "settings-invalid": "de3b5c8f4c3f04
deed99ee2f8d444a8",
    "settings-missing": "d78ff95716baba2
6066ed9ceb43402b",
    "unit-differs": "bc68af9c1d0a0a9d
8b5f33639f5e4ed",
    "systemd-away": "bb0e9b719fc560951
676e51fb79cf4e",
    "unit-not-found": "c6bfec02c01abc8d16
8bd9da04fb0d4",
    "unit-masked": "e5e9974165c7231de00
8b9f17644a90",
    "unit-stopped": "446b8986b697c90ea15f
52fe9b29712",
    "unit-failed": "940d0a8a510f57a64edc7
85a5d1d644",
    "preparation-missing": "7046029f0477771b0c24eb
fef25c3ce",
    "profile-missing": "52243a69dd42769f23e8a1f
f0de143a",
    "stage-failed": "9c7a4608b9be82b6143e864c
b3f51e8",
    "port-taken": "f3f2c470e823b71a13d1b41eb
340444",
    "refused-by-server": "219a664cdb97a16fc626e3ee99
ef42b",
    "rolled-back": "2b5
d696dfd129a940499dbfcc0c9245",
    "preparation-failed": "f44ee59a4903a6f5a8171c2f2a03
507",
    "served-differs": "17127f1204c969f1eb41bd6b66e0f
5b",
    "ratchet-unreadable": "582e0b57f44f2dad8255002a72a87d
e",
    "ratchet-not-written": "55bd24564ff4ea999412d56e1783276
",
    "enforcement-soon": "05dab23506ff41cda3b1855628dfccec",
    "clock-in-doubt": "
c0f49d8ce0764ee1a3fc2a7559f4edf",
    "revert-refused": "5
512063026b9846239d1e5f78ab401f",
    "expired": "1a
90216feb7ef74348a6c21ecf2024e",
    "expires-soon": "046
c7435a79e0654603824ddc9338c3",
    "certificate-change-pending": "0cd0
9c7646e81c7140948b15fd2d8a1",
    "state-not-written": "d59f0
5253785761ff4178a840ae587f",
  ]

  /// The id of a notice.
  public static func notice(_ code: String) -> String? {
    notices[code.hasPrefix("enforcement-soon-") ? "enforcement-soon" : code]
  }
}
