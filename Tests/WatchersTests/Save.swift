import Testing

@testable import Watchers

/// A way in which a file changes: scripts for sh(1), after which it says `new`.
struct Save: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let path: String
  let before: String
  let change: String
  /// The tool without which it cannot be tried.
  let tool: String?

  init(
    _ name: String, path: String = "d/f", before: String = "echo old >d/f", _ change: String,
    tool: String? = nil
  ) {
    testDescription = name
    self.path = path
    self.before = "mkdir d\n\(before)"
    self.change = change
    self.tool = tool
  }

  static let all: [Save] = appearing + writing + tools + directories + links + writers

  static let appearing = [
    Save("a file appears", before: "", "echo new >d/f"),
    Save("its folder appears", before: "rmdir d", "mkdir d; echo new >d/f"),
    Save("its folders appear", path: "a/b/c/f", "mkdir -p a/b/c; echo new >a/b/c/f"),
    Save(
      "its folders are moved into place", path: "a/b/c/f",
      before: "mkdir -p t/b/c; echo new >t/b/c/f", "mv t a"),
    Save("a file takes the place of a folder", before: "mkdir d/f", "rmdir d/f; echo new >d/f"),
    Save("a folder takes the place of a file", path: "d/f/g", "rm d/f; mkdir d/f; echo new >d/f/g"),
  ]

  static let writing = [
    Save("rename over", "echo new >d/t; mv d/t d/f"),
    Save(
      "rename from another folder", before: "echo old >d/f; mkdir o", "echo new >o/t; mv o/t d/f"),
    Save("written in place", "echo new >d/f"),
    Save("written in two pieces", "printf ne >d/f; echo w >>d/f"),
    Save("written without truncation", "printf new | dd of=d/f conv=notrunc status=none"),
    Save("deleted and made again", "rm d/f; echo new >d/f"),
    Save("renamed away and made again", "mv d/f d/f~; echo new >d/f; rm d/f~"),
    Save("hard link in its place", "echo new >d/t; rm d/f; ln d/t d/f; rm d/t"),
    Save(
      "written by another of its names", before: "mkdir o; echo old >d/f; ln d/f o/g",
      "echo new >o/g"),
    Save(
      "written through another path of its folder", before: "echo old >d/f; ln -s d o",
      "echo new >o/f"),
  ]

  static let tools = [
    Save("sed -i", "sed -i s/old/new/ d/f", tool: "sed"),
    Save("tee", "echo new | tee d/f >/dev/null"),
    Save("cp", "echo new >t; cp t d/f"),
    Save("cp --remove-destination", "echo new >t; cp --remove-destination t d/f"),
    Save("cp -a", "echo new >t; cp -a t d/f"),
    Save("install", "echo new >t; install -m 0644 t d/f"),
    Save("mv across file systems", "echo new >/dev/shm/$$.f; mv /dev/shm/$$.f d/f"),
    Save("rsync", "echo newer >t; echo new >t; rsync -I t d/f", tool: "rsync"),
    Save("rsync --inplace", "echo new >t; rsync -I --inplace t d/f", tool: "rsync"),
    Save("vim, the file renamed away", vim("backupcopy=no"), tool: "vim"),
    Save("vim, the file written in place", vim("backupcopy=yes"), tool: "vim"),
    Save("vim, with a backup", vim("backup backupcopy=auto"), tool: "vim"),
    Save("ed-like: truncated and written", ": >d/f; echo new >>d/f"),
    Save(
      "ansible",
      "echo new >d/.ansible_tmpk2f; chmod 644 d/.ansible_tmpk2f; mv d/.ansible_tmpk2f d/f"),
    Save("puppet", "echo new >d/f20261124-1-x; chmod 644 d/f20261124-1-x; mv d/f20261124-1-x d/f"),
    Save(
      "dpkg", "echo new >d/f.dpkg-new; ln d/f d/f.dpkg-tmp; mv d/f.dpkg-new d/f; rm d/f.dpkg-tmp"),
  ]

  private static func vim(_ options: String) -> String {
    "vim -N -u NONE -i NONE -n -e -s -c 'set \(options)' -c '%s/old/new/' -c wq d/f"
  }

  static let directories = [
    Save(
      "its folder is replaced", before: "echo old >d/f; mkdir n; echo new >n/f", "mv d o; mv n d"),
    Save("its folder is made again", "rm -r d; mkdir d; echo new >d/f"),
    Save(
      "a folder far above is replaced", path: "a/b/c/f",
      before: "mkdir -p a/b/c n/b/c; echo old >a/b/c/f; echo new >n/b/c/f", "mv a o; mv n a"),
    Save(
      "a folder far above is made again", path: "a/b/c/f",
      before: "mkdir -p a/b/c; echo old >a/b/c/f",
      "rm -r a; mkdir -p a/b/c; echo new >a/b/c/t; mv a/b/c/t a/b/c/f"),
  ]

  static let links = [
    Save(
      "a link is swapped", before: "echo old >1; echo new >2; ln -s ../1 d/f", "ln -sfn ../2 d/f"),
    Save(
      "a link is made again", before: "echo old >1; echo new >2; ln -s ../1 d/f",
      "rm d/f; ln -s ../2 d/f"),
    Save(
      "a linked folder in the middle is swapped", path: "d/l/f",
      before: "mkdir 1 2; echo old >1/f; echo new >2/f; ln -s ../1 d/l", "ln -sfn ../2 d/l"),
    Save(
      "a link in the middle of a chain",
      before:
        "mkdir 1 2; echo old >1/f; echo new >2/f; ln -s ../m d/f; ln -s n m; ln -s \"$PWD/1/f\" n",
      "ln -sfn 2/f n"),
    Save(
      "what a chain of links ends in",
      before: "mkdir 1; echo old >1/f; ln -s ../m d/f; ln -s 1/f m",
      "echo new >1/f"),
    Save(
      "what a dangling link names appears", before: "ln -s ../x/y d/f", "mkdir x; echo new >x/y"),
    Save("a link becomes a file", before: "echo old >1; ln -s ../1 d/f", "echo new >t; mv t d/f"),
    Save("a file becomes a link", "echo new >2; ln -sfn ../2 d/f"),
    Save(
      "the folder of a target is replaced",
      before: "mkdir -p s/1 n/1; echo old >s/1/f; echo new >n/1/f; ln -s ../s/1/f d/f",
      "mv s o; mv n s"),
  ]

  static let writers = [
    Save(
      "Kubernetes", path: "d/f",
      before: "mkdir d/..1; echo old >d/..1/f; ln -s ..1 d/..data; ln -s ..data/f d/f",
      """
      mkdir d/..2; echo new >d/..2/f; ln -s ..2 d/..data_tmp
      mv -T d/..data_tmp d/..data; rm -r d/..1
      """),
    Save(
      "certbot", path: "live/f.pem",
      before: "mkdir live archive; echo old >archive/f1.pem; ln -s ../archive/f1.pem live/f.pem",
      """
      echo new >archive/f2.pem; ln -s ../archive/f1.pem live/previous_f.pem
      rm live/f.pem; ln -s ../archive/f2.pem live/f.pem; rm live/previous_f.pem
      """),
  ]
}
