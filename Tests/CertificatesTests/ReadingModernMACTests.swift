import Certificates
import Testing

/// Stores whose MAC is PBMAC1 (RFC 9579): OpenSSL writes them from 3.4 on only, so this one was
/// made by hand, with PBKDF2 on HMAC-SHA-256 and a MAC of HMAC-SHA-512; its password is "secret".
@Suite struct ReadingModernMACTests {
  static let store = """
    MIID6gIBAzCCA0MGCSqGSIb3DQEHAaCCAzQEggMwMIIDLDCCAeMGCSqGSIb3DQEHAaCCAdQEggHQMIIBzDCCAcgGCyqG
    SIb3DQEMCgEDoIIBkDCCAYwGCiqGSIb3DQEJFgGgggF8BIIBeDCCAXQwggEZoAMCAQICFHLcoUzIIWsv8qwsxmfzRpn7
    qRSjMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBHJvb3QwHhcNMjYxMTI0MTI0MTE4WhcNMjYxMjI0MTI0MTE4WjAPMQ0w
    CwYDVQQDDARyb290MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEtYcxmFbADtjGqcaALnxYyyB17o1uY4wwQcu9N65/
    g5O2W9oWRtTs3oifK2LavgLS5iV4JufWpb4mPpAuSrvgpaNTMFEwHQYDVR0OBBYEFL/nBiZzntCcx/dz5nNUXupjSeH2
    MB8GA1UdIwQYMBaAFL/nBiZzntCcx/dz5nNUXupjSeH2MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIh
    AIKWlRtbE39Hj4uaOeigpokRzSovU1NOfTfezI2PWu5UAiEA99DgsiHNc9QFnWG+7PA6IaKMCtw+uaxfUooKE48iztcx
    JTAjBgkqhkiG9w0BCRUxFgQUq3KVWGQ5sreHemKclnWpRKw+SRkwggFBBgkqhkiG9w0BBwGgggEyBIIBLjCCASowggEm
    BgsqhkiG9w0BDAoBAqCB7zCB7DBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQI/UXjP3VatKUCAggAMAwGCCqG
    SIb3DQIJBQAwHQYJYIZIAWUDBAEqBBAelvezTT3awhHpZkxsOOaBBIGQJflgn1cZyLyiGAnXUzvV++TUjN9DfrGmPy2p
    1ELmj4MSmJ2Tc8SD/UN9y8zgri3KeKi5T5R/AgWJf97POwysIro70qS9SgBMuMqAJONj7hUV3I5nmrbWIy8zGfeVdLaq
    +cwOzt7dyMwHFWjKNzdegFe6ErTfFlew8mPsmzWo5NhuH7BLrEMQqEPrk6gbUB/OMSUwIwYJKoZIhvcNAQkVMRYEFKty
    lVhkObK3h3pinJZ1qUSsPkkZMIGdMIGNMEkGCSqGSIb3DQEFDjA8MCwGCSqGSIb3DQEFDDAfBAgxMjM0NTY3OAICCAAC
    ASAwDAYIKoZIhvcNAgkFADAMBggqhkiG9w0CCwUABEDYCmqwHDBjuFodeAej/+ygTld5aNVuNAW33aMi/7Qwc04lnGHW
    XD6RGVfe5oQbxPVPPqPiutPc+0fM7dGj3IR6BAhOT1QgVVNFRAIBAQ==
    """

  @Test func theRightPasswordOpensIt() {
    let result = read(Self.store.utf8, password: "secret")
    #expect(result.reasons == [])
    #expect(result.certificates.count == 1 && result.keys.count == 1)
  }

  @Test func aWrongPasswordDoesNot() {
    let result = read(Self.store.utf8, password: "Secret")
    #expect(result.refusals == ["wrong-password"])
    #expect(result.certificates == [] && result.keys == [])
  }
}
