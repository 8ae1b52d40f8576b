internal import COpenSSL
internal import Glibc

/// Reads the small files of a folder of roots; bounded, and silent about what it cannot read.
enum SmallFile {
  /// The bytes of a regular file; nil if it is none, larger than the limit, or cannot be read.
  static func read(_ path: String, limit: Int) -> [UInt8]? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      (1...limit).contains(Int(status.st_size))
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe Glibc.read(file, buffer.baseAddress, buffer.count)
    }
    return count == bytes.count ? bytes : nil
  }

  /// The files of that ending in a folder and below, in order of their names.
  static func names(below folder: String, suffix: String, depth: Int = 0) -> [String] {
    guard depth < CertificateLimits.anchorFolderDepth, let handle = unsafe opendir(folder) else {
      return []
    }
    defer { unsafe closedir(handle) }
    var files: [String] = []
    var seen = 0
    while let entry = unsafe readdir(handle), seen < CertificateLimits.anchors {
      seen += 1
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") { continue }
      let path = "\(folder)/\(name)"
      if name.hasSuffix(suffix) {
        files.append(path)
      } else {
        files += names(below: path, suffix: suffix, depth: depth + 1)
      }
    }
    return files.sorted()
  }

  /// The DER form of a file with one certificate in PEM (RFC 7468) or DER.
  static func certificate(_ bytes: [UInt8]) -> [UInt8]? {
    if bytes.first == 0x30 { return bytes }
    guard let start = place(of: "-----BEGIN CERTIFICATE-----", in: bytes, from: 0)?.upperBound,
      let end = place(of: "-----END", in: bytes, from: start)?.lowerBound
    else { return nil }
    // EVP_DecodeBlock(3) takes no line breaks, and counts the padding as zeros.
    let text = bytes[start..<end].filter { $0 > 0x20 }
    guard text.count.isMultiple(of: 4), text.count >= 4 else { return nil }
    var der = [UInt8](repeating: 0, count: text.count / 4 * 3)
    let count = unsafe EVP_DecodeBlock(&der, text, Int32(text.count))
    guard count == der.count else {
      LibraryErrors.discard()
      return nil
    }
    let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
    der.removeLast(padding)
    return der
  }

  /// Where a word stands first.
  ///
  /// Octet by octet: `firstRange(of:)` is generic at run time, and took more than half of the time
  /// of `certificate check`, which reads 140 roots.
  private static func place(of word: String, in bytes: [UInt8], from start: Int) -> Range<Int>? {
    let word = Array(word.utf8)
    var position = start
    while position + word.count <= bytes.count {
      let end = position + word.count
      if bytes[position] == word[0], bytes[position..<end].elementsEqual(word) {
        return position..<end
      }
      position += 1
    }
    return nil
  }

  /// The hash of the subject's canonical name, without parsing the whole certificate.
  ///
  /// The library reads each public key at once, which would cost milliseconds for all roots.
  static func subjectHash(_ der: [UInt8]) -> UInt? {
    guard let outer = element(der[...]), let inner = element(outer.content) else { return nil }
    var rest = inner.content
    // [0] version if present, serial number, algorithm, issuer, validity; then the subject.
    var skipped = rest.first == 0xa0 ? 5 : 4
    while skipped > 0, let next = element(rest) {
      rest = next.rest
      skipped -= 1
    }
    guard skipped == 0, let subject = element(rest) else { return nil }
    let bytes = Array(rest[rest.startIndex..<subject.rest.startIndex])
    let name = unsafe bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var position = buffer.baseAddress
      return unsafe d2i_X509_NAME(nil, &position, buffer.count)
    }
    defer { LibraryErrors.discard() }
    guard let name = unsafe name else { return nil }
    defer { unsafe X509_NAME_free(name) }
    return unsafe X509_NAME_hash_ex(name, nil, nil, nil)
  }

  /// One element of DER (X.690 §8.1) with a definite length: its content, and what follows.
  private static func element(
    _ bytes: ArraySlice<UInt8>
  ) -> (content: ArraySlice<UInt8>, rest: ArraySlice<UInt8>)? {
    guard bytes.count >= 2 else { return nil }
    var position = bytes.startIndex + 1
    var length = Int(bytes[position])
    position += 1
    if length >= 0x80 {
      let count = length & 0x7f
      guard (1...3).contains(count), bytes.endIndex - position >= count else { return nil }
      length = bytes[position..<position + count].reduce(0) { $0 << 8 | Int($1) }
      position += count
    }
    guard bytes.endIndex - position >= length else { return nil }
    let end = position + length
    return (bytes[position..<end], bytes[end...])
  }
}
