import Settings
import Testing

@Suite struct SettingDropInTests {
  @Test(arguments: [
    ("channels.console.https_port", "8384", "[channels.console]\nhttps_port = 8384\n"),
    ("channels.console.protocol", "https", "[channels.console]\nprotocol = \"https\"\n"),
    ("channels.console.protocol", "\"https\"", "[channels.console]\nprotocol = \"https\"\n"),
    ("certificate.lifetime", "29d", "[certificate]\nlifetime = \"29d\"\n"),
    ("certificate.names", "ec.example.com", "[certificate]\nnames = [\"ec.example.com\"]\n"),
    ("certificate.names", "[\"a\",'b']", "[certificate]\nnames = [\"a\", \"b\"]\n"),
    ("agents.trusted_communication", "false", "[agents]\ntrusted_communication = false\n"),
    ("channels.other.https_port", "1", "[channels.other]\nhttps_port = 1\n"),
    ("unit", "nginx.service", "unit = \"nginx.service\"\n"),
  ])
  func aValueMayBeBareOrTOML(key: String, value: String, written: String) throws {
    let bytes = try settingDropIn(current: nil, key: key, value: value)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.hasSuffix("\n" + written), "\(text)")
  }

  @Test func otherKeysAreKeptAndTheSameKeyIsReplaced() throws {
    var bytes = Array("[channels.spare]\n[certificate]\nnames = [\"a\"]\nkey = \"rsa-3072\"\n".utf8)
    bytes = try settingDropIn(current: bytes, key: "unit", value: "a.service")
    bytes = try settingDropIn(current: bytes, key: "certificate.key", value: "ecdsa-p384")
    bytes = try settingDropIn(current: bytes, key: "channels.console.https_port", value: "1")
    let expected = """
      unit = "a.service"

      [certificate]
      key = "ecdsa-p384"
      names = ["a"]

      [channels.console]
      https_port = 1

      [channels.spare]

      """
    #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("\n" + expected))
    // Setting the same again writes the same bytes.
    #expect(try settingDropIn(current: bytes, key: "unit", value: "a.service") == bytes)
  }

  @Test(arguments: [
    (
      "channels.console.htps_port", "1", "unknown-key",
      "did you mean \"channels.console.https_port\""
    ),
    ("channels.console", "1", "wrong-type", "one of its keys"),
    ("channels.Console.https_port", "1", "bad-name", "a-z"),
    ("", "1", "unknown-key", "accepted"),
    ("channels.console.https_port", "https", "wrong-type", "whole number"),
    ("channels.console.https_port", "\"1\"", "wrong-type", "whole number"),
    ("channels.console.https_port", "1\nunit = \"x.service\"", "wrong-type", "whole number"),
    ("channels.console.https_port", "70000", "out-of-range", "1 to 65535"),
    ("certificate.lifetime", "30", "bad-value", "a unit is missing"),
    ("certificate.names", "[\"a\"", "bad-value", "a list of host names"),
    ("agents.trusted_communication", "yes", "wrong-type", "accepted"),
    ("certificate.key_file", "x", "bad-value", "absolute path"),
  ])
  func whatIsNotAcceptedIsRefused(key: String, value: String, code: String, says: String) throws {
    let error = #expect(throws: SettingsProblem.self) {
      try settingDropIn(current: nil, key: key, value: value)
    }
    #expect(error?.code == code)
    #expect(error?.text.contains(says) == true, "\(error?.text ?? "")")
  }

  @Test func aBrokenDropInIsNotOverwritten() {
    let error = #expect(throws: SettingsProblem.self) {
      try settingDropIn(
        current: Array("oops".utf8), key: "unit", value: "a.service", file: "/x/90-set.toml")
    }
    #expect(error?.code == "syntax")
    #expect(error?.file == "/x/90-set.toml")
  }

  @Test func aTextWithLineBreaksCannotWriteASecondKey() throws {
    let error = #expect(throws: SettingsProblem.self) {
      try settingDropIn(current: nil, key: "profile", value: "x\"\nunit = \"y")
    }
    #expect(error?.code == "bad-value")
  }
}
