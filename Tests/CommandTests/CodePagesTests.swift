import Testing

@testable import supervisord_ec

/// What the daemon gives back at rest: code of files, and nothing that was written to.
@Suite struct CodePagesTests {
  @Test func onlyCodeOfFilesIsGivenBack() {
    let maps = """
      55d0c0000000-55d0c0fc3000 r-xp 00000000 08:01 131       /usr/bin/supervisord ec
      55d0c0fc3000-55d0c1028000 r--p 00fc3000 08:01 131 /usr/bin/supervisord-ec
      55d0c1028000-55d0c1150000 rw-p 01028000 08:01 131 /usr/bin/supervisord-ec
      55d0c2000000-55d0c2100000 rw-p 00000000 00:00 0 [heap]
      7f0000000000-7f0000001000 r-xp 00000000 00:00 0
      7f0000002000-7f0000003000 rwxp 00000000 08:01 132 /usr/lib/odd.so
      7f0000004000-7f0000005000 r-xs 00000000 08:01 133 /dev/shm/shared
      7ffc00000000-7ffc00002000 r-xp 00000000 00:00 0 [vdso]

      """
    #expect(CodePages.ranges(in: maps) == [0x55d0_c000_0000..<0x55d0_c0fc_3000])
  }

  @Test(arguments: ["", "r-xp", "x-y r-xp 0 0 0 /usr/bin/x", "2-1 r-xp 0 0 0 /usr/bin/x"])
  func whatIsNotUnderstoodIsLeftAlone(line: String) {
    #expect(CodePages.ranges(in: line).isEmpty)
  }

  @Test func aProgramRunsOnAfterIt() {
    #expect(CodePages.giveBack() > 0)
    #expect(CodePages.giveBack() > 0)
  }
}
