// What a step sees, and what it does not.
#include "tests/unit/runtime/sandbox/sandbox_fixture.h"

#include "runtime/sandbox/image_root.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstdio>
#include <fcntl.h>
#include <netinet/in.h>
#include <set>
#include <sstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

using namespace pipec::sandbox;

static std::set<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::set<std::string> result;
  for (std::string word; stream >> word;)
    result.insert(word);
  return result;
}

TEST_CASE("the top level of a root has what it needs and no more") {
  SandboxFixture fixture;
  std::set<std::string> expected = {"dev", "etc", "i", "o", "proc", "tmp", "usr", "w"};
  for (const char* name : {"bin", "lib", "lib32", "lib64", "libx32", "sbin"})
    if (exists(std::string("/") + name))
      expected.insert(name);
  CHECK(words(fixture.output("ls -A /")) == expected);
  CHECK(fixture.output("ls -A /i /w /o") == "/i:\n\n/o:\n\n/w:");
  expected.insert("report");
  CHECK(words(fixture.output("ls -A /", [&](Spawn& spawn) {
          spawn.reportDirectory = fixture.temporary.folder("report");
        })) == expected);
}

TEST_CASE("the environment is the fixed one and what the spawn adds") {
  SandboxFixture fixture;
  ::setenv("PIPEC_TEST_LEAK", "leak", 1);
  Spawn spawn = fixture.spawn({"env"});
  spawn.environment = {{"B", "2"}, {"A", "a b\nc"}, {"TZ", "UTC+1"}, {"B", "3"}};
  Outcome outcome = fixture.run(spawn);
  CHECK(outcome.out == "A=a b\nc\nB=3\nHOME=/tmp/home\nLANG=C.UTF-8\nLOGNAME=pipec\n"
                       "PATH=/usr/bin:/bin:/usr/sbin:/sbin\nPYTHONHASHSEED=0\n"
                       "SOURCE_DATE_EPOCH=946684800\nTMPDIR=/tmp\nTZ=UTC+1\nUSER=pipec\n");
}

TEST_CASE("user, host name, limits and mask are fixed") {
  SandboxFixture fixture;
  CHECK(fixture.output("id -u; id -g; id -un; id -gn; hostname; umask; pwd; cd; pwd") ==
        "1000\n1000\npipec\npipec\npipec\n0022\n/w\n/tmp/home");
  CHECK(fixture.output("ulimit -c; ulimit -s") == "0\n8192");
  // Two runs of one binary have their stack, heap and libraries at the same addresses.
  CHECK(fixture.output("cat /proc/self/maps | cut -d' ' -f1 > /tmp/1; "
                       "cat /proc/self/maps | cut -d' ' -f1 > /tmp/2; cmp /tmp/1 /tmp/2") == "");
  CHECK(fixture.output("grep -h -e '^Cap' -e '^NoNewPrivs' /proc/self/status | cut -f2") ==
        "0000000000000000\n0000000000000000\n0000000000000000\n0000000000000000\n"
        "0000000000000000\n1");
}

TEST_CASE("files of the machine and of its users are not there") {
  SandboxFixture fixture;
  std::string own = fixture.temporary.file("own", "secret");
  for (const std::string& path :
       {std::string("/etc/shadow"), std::string("/etc/gshadow"), std::string("/etc/ssh"),
        std::string("/etc/ssl/private"), std::string("/etc/sudoers"),
        std::string("/etc/machine-id"), std::string("/etc/localtime"), std::string("/etc/npmrc"),
        std::string("/etc/gitconfig"), std::string("/root"), std::string("/home"),
        std::string("/opt"), std::string("/var"), std::string("/sys"), std::string("/run"),
        std::string("/mnt"), own})
    CHECK(fixture.output("test -e " + path + " && echo there || echo gone") == "gone");
  CHECK(fixture.output("ls -A /usr/local 2>/dev/null || true") == "");
  // As root a step's user owns all of /etc; what not everyone may read is hidden all the same.
  CHECK(fixture.output("find /etc ! -type l ! -perm -o=r; find /etc -type d ! -perm -o=x") == "");
  CHECK(fixture.output("cat /etc/hostname /etc/resolv.conf; cut -d: -f1 /etc/passwd") ==
        "pipec\nroot\npipec\nnobody");
}

TEST_CASE("nothing but the step's own places can be written, by no means") {
  SandboxFixture fixture;
  CHECK(fixture.output("for f in / /usr /usr/bin /usr/local /etc /i /dev /bin /lib; do "
                       "! touch $f/x 2>/dev/null || echo wrote $f; done") == "");
  CHECK(fixture.output("for f in /tmp /w /o /dev/shm /tmp/home; do echo x > $f/x; done") == "");
  const char* remount = "mount -o remount,rw /usr 2>/dev/null && echo remounted; "
                        "mount -o remount,bind,rw /usr 2>/dev/null && echo remounted; "
                        "umount /etc 2>/dev/null && echo unmounted; "
                        "umount /usr/local 2>/dev/null && echo unmounted; "
                        "touch /usr/x 2>/dev/null && echo wrote; ";
  CHECK(fixture.output(std::string(remount) + "true") == "");
  // With all capabilities in a namespace of its own.
  CHECK(fixture.output(std::string("unshare -Urm sh -c 'echo inside; ") + remount + "true'",
                       [](Spawn& spawn) { spawn.nestedNamespaces = true; }) == "inside");
  // The kernel's settings need no capability, only their owner.
  CHECK(fixture.output("v=$(cat /proc/sys/kernel/printk_ratelimit); "
                       "(echo $v > /proc/sys/kernel/printk_ratelimit) 2>/dev/null && echo wrote; "
                       "(echo > /proc/sysrq-trigger) 2>/dev/null && echo wrote; true") == "");
}

TEST_CASE("a step sees its own processes alone and cannot touch its init") {
  SandboxFixture fixture;
  CHECK(fixture.output("ls /proc | grep '^[0-9]' | sort -n | head -1") == "2");
  // The memory of its init is the helper's: none of it may be read, and no signal reaches it.
  Spawn spawn = fixture.spawn(
      {"sh", "-c",
       "for f in environ mem maps root/ fd/* cmdline status mountinfo; do cat /proc/1/$f; done; "
       "for f in oom_score_adj coredump_filter autogroup; do echo 1 > /proc/1/$f; done; "
       "readlink /proc/1/fd/* /proc/1/exe; kill -9 1; kill -TERM 1; "
       "prlimit --pid 1 --nofile=100:100; true"});
  CHECK(fixture.run(spawn).out == "");
  CHECK(fixture.output("echo $$") == "2");
}

TEST_CASE("devices are the harmless ones") {
  SandboxFixture fixture;
  CHECK(words(fixture.output("ls /dev")) == std::set<std::string>{"fd", "full", "null", "random",
                                                                  "shm", "stderr", "stdin",
                                                                  "stdout", "urandom", "zero"});
  CHECK(fixture.output("head -c 3 /dev/zero | od -An -c | tr -d ' '; echo x > /dev/null; "
                       "head -c 8 /dev/urandom | wc -c; ! echo x 2>/dev/null > /dev/full; "
                       "echo hello | cat /dev/fd/0") == "\\0\\0\\0\n8\nhello");
  CHECK(fixture.run(fixture.script("mknod /tmp/disk b 8 0")).result.exitCode != 0);
}

TEST_CASE("inputs are at their paths, read-only, with their times and modes") {
  SandboxFixture fixture;
  std::string small = fixture.temporary.file("store/a", "small\n");
  std::string tool = fixture.temporary.file("store/b", "#!/bin/sh\necho tool\n", 0755);
  std::string large = fixture.temporary.file("store/c", std::string(100'000, 'x'));
  fixture.temporary.file("store/d/sub/file, with: odd\\name", "inside\n");
  std::string tree = fixture.temporary.path + "/store/d";
  timespec times[2] = {{946684800, 0}, {946684800, 0}};
  for (const std::string& path : {small, tool, large})
    ::utimensat(AT_FDCWD, path.c_str(), times, 0);
  auto inputs = [&](Spawn& spawn) {
    spawn.inputs = {{"1/main.c", small, false},
                    {"2/tool", tool, false},
                    {"3/large", large, false},
                    {"4/dir", tree, true}};
  };
  CHECK(fixture.output("cat /i/1/main.c; /i/2/tool; wc -c < /i/3/large; cat /i/4/dir/sub/*",
                       inputs) == "small\ntool\n100000\ninside");
  CHECK(fixture.output("stat -c '%a %Y' /i/1/main.c /i/2/tool /i/3/large", inputs) ==
        "644 946684800\n755 946684800\n644 946684800");
  CHECK(fixture.output("for f in /i/1/main.c /i/3/large /i/4/dir/sub/* /i/x /i/4/dir/x; do "
                       "(echo y >> \"$f\") 2>/dev/null && echo wrote; done; "
                       "rm -rf /i/1 2>/dev/null && echo removed; true",
                       inputs) == "");
  CHECK(contentOf(small) == "small\n");
}

TEST_CASE("an input that is not there is an error that names it") {
  SandboxFixture fixture;
  Spawn spawn = fixture.script("true");
  spawn.inputs = {{"1/x", fixture.temporary.path + "/absent", false}};
  llvm::Expected<std::unique_ptr<StepRoot>> root = fixture.runner->open(spawn);
  REQUIRE(!root);
  CHECK(llvm::toString(root.takeError()).find(fixture.temporary.path + "/absent") !=
        std::string::npos);
  spawn.inputs = {{"../x", fixture.temporary.file("f", ""), false}};
  CHECK(llvm::toString(fixture.runner->open(spawn).takeError()).find("`../x`") !=
        std::string::npos);
  // The runner goes on.
  CHECK(fixture.output("echo fine") == "fine");
}

TEST_CASE("without a network there is a loopback of its own and nothing else") {
  SandboxFixture fixture;
  int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener, 8) == 0);
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  std::string connect = "bash -c 'exec 3<>/dev/tcp/127.0.0.1/" +
                        std::to_string(ntohs(address.sin_port)) +
                        "' 2>/dev/null && echo connected || echo refused";
  CHECK(fixture.output(connect) == "refused");
  CHECK(fixture.output(connect, [](Spawn& spawn) { spawn.network = Network::Host; }) ==
        "connected");
  CHECK(fixture.output("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '") == "lo");
  ::close(listener);
  // Its own server can be reached, again and again, whatever a step before left waiting.
  const char* serve =
      "perl -MIO::Socket::INET -e '"
      "$s = IO::Socket::INET->new(Listen => 1, LocalAddr => \"127.0.0.1:8080\") or die $!;"
      "if (!fork) { $c = IO::Socket::INET->new(\"127.0.0.1:8080\") or die $!; print $c->getline; "
      "exit }"
      "$c = $s->accept; print $c \"hello\\n\"; close $c; wait'";
  for (int round = 0; round < 3; ++round)
    CHECK(fixture.output(serve) == "hello");
}

TEST_CASE("with a network the host's names are there") {
  SandboxFixture fixture;
  auto host = [](Spawn& spawn) { spawn.network = Network::Host; };
  std::string hosts = fixture.output("cat /etc/hosts", host);
  CHECK(hosts.find(llvm::StringRef(contentOf("/etc/hosts")).trim().str()) == 0);
  CHECK(fixture.output("cat /etc/resolv.conf", host) ==
        llvm::StringRef(contentOf("/etc/resolv.conf")).rtrim('\n').str());
  CHECK(fixture.output("test -w /etc/hosts && echo writable || echo fixed", host) == "fixed");
}

TEST_CASE("nothing is left from one root to the next") {
  SandboxFixture fixture;
  fixture.output("echo x > /tmp/x; echo x > /w/x; echo x > /dev/shm/x; "
                 "ipcmk -M 10 >/dev/null 2>&1 || true");
  CHECK(fixture.output("ls -A /w /dev/shm; ls -A /tmp; tail -n +2 /proc/sysvipc/shm") ==
        "/dev/shm:\n\n/w:\nhome");
}

TEST_CASE("host paths are where they are on the host, and writable only if asked") {
  SandboxFixture fixture;
  std::string folder = fixture.temporary.folder("site");
  fixture.temporary.file("site/index", "old");
  std::string file = fixture.temporary.file("config", "text");
  auto writable = [&](Spawn& spawn) { spawn.hostPaths = {{folder, true}, {file, false}}; };
  CHECK(fixture.output("cat " + file + "; echo new > " + folder + "/index; (echo y > " + file +
                           ") 2>/dev/null && echo wrote || true",
                       writable) == "text");
  CHECK(contentOf(folder + "/index") == "new\n");
  CHECK(fixture.output("(echo x > " + folder + "/index) 2>/dev/null || echo refused",
                       [&](Spawn& spawn) {
                         spawn.hostPaths = {{folder, false}};
                       }) == "refused");
  for (const std::string& path :
       {std::string("/"), std::string("/i/x"), std::string("/tmp"), std::string("relative"),
        std::string("/a/../b"), folder + "/no"}) {
    Spawn spawn = fixture.script("true");
    spawn.hostPaths = {{path, false}};
    llvm::Expected<std::unique_ptr<StepRoot>> root = fixture.runner->open(spawn);
    REQUIRE(!root);
    CHECK(llvm::toString(root.takeError()).find("`" + path + "`") != std::string::npos);
  }
}

TEST_CASE("secret files are under $SECRETS, for this step alone") {
  SandboxFixture fixture;
  auto secret = [](Spawn& spawn) { spawn.secretFiles = {{"key", "hush"}, {"aws/token", "quiet"}}; };
  CHECK(fixture.output("cat $SECRETS/key $SECRETS/aws/token; stat -c %a $SECRETS/key; "
                       "(echo x > $SECRETS/key) 2>/dev/null || echo refused",
                       secret) == "hushquiet400\nrefused");
  CHECK(fixture.output("echo ${SECRETS-unset}; ls / | grep secrets || true") == "unset");
}

namespace {

/// The smallest image that can run something: a shell and the libraries that it names; what `more`
/// adds to the root's folder, prepared.
std::string makeImage(SandboxFixture& fixture, const std::string& more) {
  static int serial = 0;
  std::string image = fixture.temporary.folder("image" + std::to_string(serial++));
  std::string copy = "set -e; mkdir -p bin etc opt; cp /bin/sh /bin/stat /bin/ls bin; "
                     "for f in $(ldd bin/* | grep -o '/[^ )]*' | grep -v :); do "
                     "cp --parents -n -L $f .; done; " +
                     more;
  REQUIRE(std::system(("cd " + image + " && " + copy).c_str()) == 0);
  if (llvm::Error error = prepareImageRoot(image))
    FAIL(llvm::toString(std::move(error)));
  return image;
}

} // namespace

TEST_CASE("an image is the root instead of the host's") {
  SandboxFixture fixture;
  std::string image = makeImage(
      fixture, "mkdir -p w etc/ssh sys/kernel; echo image > etc/name; echo k > etc/ssh/key; "
               "echo x > opt/x; echo no > w/no; ln -s /nowhere etc/resolv.conf");
  auto inImage = [&](Spawn& spawn) {
    spawn.imageRoot = image;
    spawn.environment = {{"PATH", "/bin"}};
  };
  CHECK(fixture.output(
            "while read line; do echo $line; done < /etc/name; echo /opt/* /usr/bin/* "
            "/etc/ssh/* /w/* /sys* /i/* /tmp/*; (echo x > /opt/y) 2>/dev/null || echo refused; "
            "echo x > /o/x; read name < /etc/hostname; echo $name; : < /etc/resolv.conf",
            inImage) ==
        "image\n/opt/x /usr/bin/* /etc/ssh/key /w/* /sys* /i/* /tmp/home\nrefused\npipec");
}

TEST_CASE("an image's accounts stay, and the step's user comes first") {
  SandboxFixture fixture;
  std::string image =
      makeImage(fixture, "echo 'node:x:1000:1000::/home/node:/bin/sh' > etc/passwd; "
                         "echo 'pipec:x:7:7::/:/bin/false' >> etc/passwd; "
                         "printf 'www-data:x:33:' > etc/group");
  CHECK(
      fixture.output("while read line; do echo $line; done < /etc/passwd; "
                     "while read line; do echo $line; done < /etc/group; stat -c %U:%G /etc/passwd",
                     [&](Spawn& spawn) { spawn.imageRoot = image; }) ==
      "pipec:x:1000:1000:pipec:/tmp/home:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n"
      "pipec:x:1000:\nwww-data:x:33:\npipec:pipec");
}

TEST_CASE("what an image's files are for other users does not matter to a step") {
  SandboxFixture fixture;
  std::string image = makeImage(
      fixture, "echo s > opt/secret; chmod 0 opt/secret; mkdir opt/closed; echo c > opt/closed/c; "
               "chmod 0 opt/closed; cp bin/sh opt/root; chmod 6755 opt/root; mkfifo opt/pipe; "
               "setfattr -n user.some -v thing opt/root 2>/dev/null || true; "
               "touch -d @1000000000 opt opt/root");
  CHECK(fixture.output("read s < /opt/secret; read c < /opt/closed/c; echo $s $c; ls /opt; "
                       "stat -c '%a %Y' /opt/root; stat -c %Y /opt",
                       [&](Spawn& spawn) { spawn.imageRoot = image; }) ==
        "s c\nclosed\nroot\nsecret\n755 1000000000\n1000000000");
  CHECK(::getxattr((image + "/opt/root").c_str(), "user.some", nullptr, 0) == -1);
}

TEST_CASE("paths of the host are shown in an image, whether it has their places or not") {
  SandboxFixture fixture;
  auto withPaths = [&](const std::string& more) {
    std::string image = makeImage(fixture, "mkdir var; echo own > var/own; " + more);
    return [image](Spawn& spawn) {
      spawn.imageRoot = image;
      spawn.hostPaths = {{"/var/lib/dpkg", false}, {"/usr/lib/os-release", false}};
    };
  };
  const char* script = "read own < /var/own; echo $own; ls -d /var/lib/dpkg/status; ls /var/lib; "
                       "while read line; do case $line in ID=*) echo yes; esac; done < "
                       "/usr/lib/os-release; (echo x > /var/y) 2>/dev/null || echo refused";
  const std::string expected = "own\n/var/lib/dpkg/status\ndpkg\nyes\nrefused";
  CHECK(fixture.output(script, withPaths("true")) == expected);
  CHECK(
      fixture.output(script, withPaths("mkdir -p var/lib/dpkg usr/lib; : > usr/lib/os-release")) ==
      expected);

  Spawn spawn = fixture.script("true");
  withPaths("ln -s /home var/lib")(spawn);
  auto root = fixture.runner->open(spawn);
  REQUIRE(!root);
  CHECK(llvm::toString(root.takeError()) ==
        "`/var/lib/dpkg` cannot be shown to a step: in its image `/var/lib` is a link");
}

TEST_CASE("a step with network trusts whom its image and this machine trust") {
  SandboxFixture fixture;
  std::string host = contentOf("/etc/ssl/certs/ca-certificates.crt");
  auto bundleIn = [&](const std::string& more, Network network) {
    std::string image =
        makeImage(fixture, "cp /bin/cat bin; for f in $(ldd bin/cat | grep -o '/[^ )]*' | "
                           "grep -v :); do cp --parents -n -L $f .; done; " +
                               more);
    Spawn spawn = fixture.script(
        "cat /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt 2>/dev/null");
    spawn.imageRoot = image;
    spawn.network = network;
    return fixture.run(spawn).out;
  };
  const char* debian = "mkdir -p etc/ssl/certs; echo own > etc/ssl/certs/ca-certificates.crt";
  CHECK(bundleIn(debian, Network::Host) == "own\n" + host);
  CHECK(bundleIn(debian, Network::None) == "own\n");
  CHECK(bundleIn("true", Network::Host) == host);
  CHECK(bundleIn("true", Network::None) == "");
  CHECK(bundleIn("mkdir -p etc/pki/tls/certs; printf own > etc/pki/tls/certs/ca-bundle.crt",
                 Network::Host) == "own\n" + host);
  // As Fedora has it: the link leads to a bundle.
  CHECK(
      bundleIn(
          "mkdir -p etc/pki/tls/certs etc/pki/ca-trust/extracted/pem; "
          "echo own > etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem; "
          "ln -s /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem etc/pki/tls/certs/ca-bundle.crt",
          Network::Host) == "own\n" + host);
  CHECK(bundleIn("ln -s /nowhere etc/ssl; ln -s /nowhere etc/pki", Network::Host) == "");
}
