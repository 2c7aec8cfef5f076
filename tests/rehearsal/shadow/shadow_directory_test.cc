#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "fixtures/temporary_directory.h"
#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/shadow_directory.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;
using fixtures::TemporaryDirectory;

template <typename Action>
std::string refusal_of(Action action) {
  try {
    action();
  } catch (const CannotRehearse& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("A disk that is too small is found before anything is copied") {
  TemporaryDirectory directory;
  std::string reason = refusal_of([&] { ShadowDirectory(directory.path(), std::nullopt, std::int64_t{1} << 60); });
  CHECK(reason.find(directory.path().string()) != std::string::npos);
  CHECK(reason.find("are needed") != std::string::npos);
  CHECK(reason.find("shadow_directory") != std::string::npos);
  CHECK(fs::is_empty(directory.path()));
}

TEST_CASE("A disk that gets full while it is copied to is told the same way, and nothing stays") {
  TemporaryDirectory directory;
  DatabaseUrl url = DatabaseUrl::parse("sqlite:" + (directory / "app.db").string());
  OpenOptions options;
  options.create = true;
  open_database(url, options)->execute("CREATE TABLE t AS SELECT zeroblob(5000000) AS filler");
  CloneRequest request;
  request.source = request.target = url;
  request.shadow_directory = (directory / "s").string();
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  rlimit small{1 << 20, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  std::string reason = refusal_of([&] { make_shadow(request); });
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(reason.find("no room for a shadow in") != std::string::npos);
  CHECK(reason.find("shadow_directory") != std::string::npos);
  CHECK(fs::is_empty(directory / "s"));
}

TEST_CASE("A directory that the server's user cannot enter is refused") {
  if (::geteuid() != 0) {
    MESSAGE("not run as root: drydock and its server are the same user");
    return;
  }
  TemporaryDirectory closed;  // 0700
  std::string reason = refusal_of([&] { shadow_base((closed / "s").string(), server_user()); });
  CHECK(reason.find("cannot enter") != std::string::npos);
}

TEST_CASE("The setting's directory serves the copies of files and the servers of another user alike") {
  std::string name = "/var/tmp/drydock-test-XXXXXX";
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  REQUIRE(::chmod(name.c_str(), 0755) == 0);
  const std::string setting = name + "/shadows";
  const fs::path base = shadow_base(setting, std::nullopt);
  CHECK(shadow_base(setting, server_user()) == base);
  ShadowDirectory of_server(base, server_user(), 0);
  CHECK((fs::status(of_server.path()).permissions() & fs::perms::all) == fs::perms::owner_all);
  fs::remove_all(name);
}

TEST_CASE("The janitor leaves what is in use and what is not a shadow") {
  TemporaryDirectory directory;
  fs::create_directories(directory / "templates/15");
  fs::create_directories(directory / "shadow-foreign");
  ShadowDirectory used(directory.path(), std::nullopt, 0);
  const Leftovers found = remove_abandoned(directory.path());
  CHECK(found.removed.empty());
  CHECK(found.left.empty());
  CHECK(fs::exists(used.path()));
  CHECK(fs::exists(directory / "shadow-foreign"));
  CHECK(fs::exists(directory / "templates/15"));
}

TEST_CASE("The janitor says what it could not look at") {
  TemporaryDirectory directory;
  CHECK(remove_abandoned(directory / "missing").left.empty());
  std::ofstream(directory / "file") << "no directory";
  const Leftovers base = remove_abandoned(directory / "file");
  REQUIRE(base.left.size() == 1);
  CHECK(base.left[0].find("it was not looked at what lies in " + (directory / "file").string()) == 0);

  // An owner that no user may follow: root is refused nothing that has to do with rights.
  fs::create_directories(directory / "shadow-hidden");
  fs::create_symlink("elsewhere", directory / "shadow-hidden/owner");
  const Leftovers hidden = remove_abandoned(directory.path());
  CHECK(hidden.removed.empty());
  REQUIRE(hidden.left.size() == 1);
  CHECK(hidden.left[0].find("left " + (directory / "shadow-hidden").string()) == 0);
  const AbandonedShadows seen = abandoned_shadows(directory.path().string());
  CHECK(seen.shadows.empty());
  CHECK(std::ranges::any_of(seen.unseen,
                            [&](const std::string& line) { return line.find("shadow-hidden") != line.npos; }));
}

TEST_CASE("A long path of a shadow has its socket elsewhere, which goes with it") {
  TemporaryDirectory directory;
  fs::path base = directory / std::string(90, 'x');
  fs::create_directories(base);
  fs::path socket;
  {
    ShadowDirectory shadow(base, std::nullopt, 0);
    socket = shadow.make_for_socket();
    CHECK(socket.string().size() < 80);
    CHECK(fs::exists(socket));
  }
  CHECK_FALSE(fs::exists(socket));
}

TEST_CASE("A child that is no longer waited for is killed with its own children") {
  TemporaryDirectory directory;
  fs::path pid_file = directory / "pid";
  {
    Program program;
    program.arguments = {"/bin/sh", "-c", "sleep 60 & echo $! > " + pid_file.string() + "; wait"};
    ChildProcess child(program);
    while (!fs::exists(pid_file) || fs::file_size(pid_file) == 0) ::usleep(1000);
  }
  std::ifstream file(pid_file);
  pid_t grandchild = 0;
  file >> grandchild;
  REQUIRE(grandchild > 1);
  for (int i = 0; i < 200 && ::kill(grandchild, 0) == 0; ++i) {
    std::ifstream status("/proc/" + std::to_string(grandchild) + "/stat");
    std::string text;
    std::getline(status, text);
    if (text.find(") Z ") != std::string::npos) break;
    ::usleep(10000);
  }
  std::ifstream status("/proc/" + std::to_string(grandchild) + "/stat");
  std::string text;
  std::getline(status, text);
  CHECK((text.empty() || text.find(") Z ") != std::string::npos));
}

}  // namespace
}  // namespace drydock
