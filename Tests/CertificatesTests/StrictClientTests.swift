import Certificates
import Testing

/// Real clients find nothing wrong with a certificate but that nobody else signed it.
@Suite struct StrictClientTests {
  @Test(arguments: KeyAlgorithm.allCases)
  func opensslFindsNothingWrongInStrictMode(key: KeyAlgorithm) throws {
    let folder = try Folder()
    let issued = try issue(["localhost", "127.0.0.1", "::1"], key: key, now: present())
    let file = try folder.write(issued.certificatePEM, "certificate.pem")
    let name = try Tool(
      "openssl", "verify", "-x509_strict", "-check_ss_sig", "-CAfile", file, "-purpose",
      "sslserver", "-verify_hostname", "localhost", file)
    #expect(name.status == 0, "\(name.output)")
    let address = try Tool(
      "openssl", "verify", "-x509_strict", "-CAfile", file, "-purpose", "sslserver", "-verify_ip",
      "::1", file)
    #expect(address.status == 0, "\(address.output)")
    let other = try Tool(
      "openssl", "verify", "-CAfile", file, "-verify_hostname", "other.example", file)
    #expect(other.status != 0)
  }

  @Test(arguments: KeyAlgorithm.allCases)
  func gnutlsMissesNothingButAnIssuer(key: KeyAlgorithm) throws {
    let folder = try Folder()
    let file = try folder.write(
      issue(["localhost"], key: key, now: present()).certificatePEM, "certificate.pem")
    let tool = try Tool(
      "certtool", "--verify", "--infile", file, "--verify-hostname", "localhost",
      "--verify-purpose", "1.3.6.1.5.5.7.3.1")
    let verdict =
      "Chain verification output: Not verified. The certificate is NOT trusted."
      + " The certificate issuer is unknown. \n"
    #expect(tool.output.contains(verdict), "\(tool.output)")
  }

  @Test func twoCertificatesOfOneNameVerifyFromOneFile() throws {
    let folder = try Folder()
    let certificates = try (0..<2).map { _ in try issue(now: present()).certificatePEM }
    let both = try folder.write(certificates[0] + certificates[1], "both.pem")
    for (index, certificate) in certificates.enumerated() {
      let file = try folder.write(certificate, "\(index).pem")
      let tool = try Tool("openssl", "verify", "-x509_strict", "-CAfile", both, file)
      #expect(tool.status == 0, "\(tool.output)")
    }
  }

  @Test func curlTakesItAsItsOwnTrustAnchor() throws {
    let folder = try Folder()
    let server = try Server(issue(now: present()), in: folder)
    let trusted = try Tool(
      "curl", "-sS", "--noproxy", "*", "--cacert", server.certificateFile, "-o", "/dev/null",
      "-w", "%{http_code}", "https://localhost:\(server.port)/")
    #expect(trusted.output == "200")
    let untrusted = try Tool(
      "curl", "-sS", "--noproxy", "*", "-o", "/dev/null", "https://localhost:\(server.port)/")
    #expect(untrusted.status == 60, "\(untrusted.output)")
    server.use()
  }

  @Test func gnutlsTakesItAsItsOwnTrustAnchor() throws {
    let folder = try Folder()
    let server = try Server(issue(now: present()), in: folder)
    let tool = try Tool(
      "gnutls-cli", "--x509cafile", server.certificateFile, "-p", server.port, "localhost")
    #expect(tool.output.contains("- Status: The certificate is trusted."), "\(tool.output)")
    server.use()
  }
}
