import Testing

@testable import Adoption

struct NginxUnitTests {
  /// As systemctl(1) of systemd 252 prints it.
  private func unit(_ command: String, more: String = "") -> NginxUnit {
    let path = command.split(separator: " ").first ?? ""
    return NginxUnit(
      shown: """
        ExecStart={ path=\(path) ; argv[]=\(command) ; ignore_errors=no ; start_time=[n/a] ; pid=0 }
        Environment=A=b CONFFILE=/etc/nginx/nginx.conf
        RootDirectory=\(more)
        RootImage=
        """)
  }

  private func refusal(_ unit: NginxUnit) -> String? {
    unit.refusal(unit: "nginx.service", server: "/usr/sbin/nginx") {
      $0 == "/sbin/nginx" ? "/usr/sbin/nginx" : $0
    }
  }

  @Test(arguments: [
    "/usr/sbin/nginx -g daemon on; master_process on;", "/sbin/nginx", "/usr/sbin/nginx -q",
    "/usr/sbin/nginx -e stderr -g daemon off;", "/usr/sbin/nginx -c /etc/nginx/nginx.conf",
    "/usr/sbin/nginx -c ${CONFFILE}",
  ])
  func nginxWithItsOwnConfigurationIsTaken(_ command: String) {
    #expect(refusal(unit(command)) == nil)
  }

  @Test(arguments: [
    ("/usr/sbin/nginx -c /etc/nginx2.conf", "\"-c\""), ("/usr/sbin/nginx -p /srv", "\"-p\""),
    ("/usr/sbin/nginx -c ${UNKNOWN}", "\"-c\""),
    ("/usr/sbin/nginx -c/etc/nginx2.conf", "\"-c/etc/nginx2.conf\""),
    ("/usr/sbin/nginx -g daemon off; include /srv/x.conf;", "\"-g … include\""),
    ("/opt/nginx/sbin/nginx", "/opt/nginx/sbin/nginx"), ("/bin/sh -c nginx", "/bin/sh"),
  ])
  func anotherConfigurationOrProgramIsRefused(_ command: String, _ named: String) {
    let reason = refusal(unit(command))
    #expect(reason?.contains(named) == true)
    #expect(reason?.contains("\n") == false)
  }

  @Test func anotherRootIsRefused() {
    #expect(refusal(unit("/usr/sbin/nginx", more: "/srv/jail"))?.contains("/srv/jail") == true)
  }

  @Test func aUnitWithoutACommandIsRefused() {
    #expect(refusal(NginxUnit(shown: "RootDirectory=\n"))?.contains("ExecStart=") == true)
  }

  @Test func everyCommandCounts() {
    var both = unit("/usr/sbin/nginx")
    both.commands.append(NginxUnit.Command(path: "/bin/true", words: []))
    #expect(refusal(both)?.contains("/bin/true") == true)
  }
}
