// --wait: a server that comes up late is waited for; what does not heal is not.
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "fixtures/postgres_server.h"
#include "fixtures/project.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

// Answers each connection as a server does that is not ready yet.
class StartingServer {
 public:
  explicit StartingServer(const fs::path& directory) : listener_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    fs::create_directory(directory);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (directory / ".s.PGSQL.5432").string();
    path.copy(static_cast<char*>(address.sun_path), sizeof(address.sun_path) - 1);
    REQUIRE(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(listen(listener_, 8) == 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~StartingServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  StartingServer(const StartingServer&) = delete;
  StartingServer& operator=(const StartingServer&) = delete;

  int answered() const { return answered_; }

 private:
  void serve() {
    using namespace std::string_literals;
    const std::string fields = "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0Ff\0L1\0Rr\0\0"s;
    const std::string answer = "E\0\0\0"s + static_cast<char>(fields.size() + 4) + fields;
    for (int client = 0; (client = accept(listener_, nullptr, nullptr)) >= 0; ++answered_) {
      std::string question(1024, '\0');
      if (read(client, question.data(), question.size()) > 0) (void)!write(client, answer.data(), answer.size());
      close(client);
    }
  }

  int listener_;
  std::atomic<int> answered_ = 0;
  std::thread thread_;
};

void wait_until(const std::function<bool()>& reached) {
  while (!reached()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

TEST_CASE("a server without a socket, and one that starts up, are waited for") {
  const Project project(Project::Kind::postgres);
  project.write("migrations/0001_t.sql", "CREATE TABLE t (id integer);\n");
  const fs::path real = fixtures::PostgresServer::instance().directory(), late = project.folder() / "late";
  const std::string url = project.url().substr(0, project.url().find('?')) + "?host=" + late.string() + "&port=5432";
  for (const char* command : {"status", "rehearse", "migrate"}) {
    Running running(project.folder(), {command, "--database", url, "--wait", "60"}, {});
    {
      const StartingServer starting(project.folder() / "starting");
      fs::create_directory_symlink(project.folder() / "starting", late);
      wait_until([&] { return starting.answered() > 1; });
    }
    fs::remove(late);
    fs::create_directory_symlink(real, late);
    const Ran ran = running.wait();
    INFO(command, ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("waiting for the server of"));
    fs::remove(late);
    fs::remove_all(project.folder() / "starting");
  }
  CHECK(project.has_table("t"));
}

TEST_CASE("when the time is over, the error is that of the connection") {
  const Project project;
  for (const char* time : {"1", "100ms"}) {
    const Ran ran = project.without_database(
        {"migrate", "--wait", time, "--database", "postgresql://app@/app?host=/nowhere&port=5432"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 1);
    CHECK(ran.says("no server listens on this socket"));
  }
}

TEST_CASE("what does not heal is not waited for") {
  const Project project(Project::Kind::postgres);
  const std::string options = project.url().substr(project.url().find('?'));
  for (const std::string& address :
       {"postgresql://postgres@/not_there" + options, "postgresql://not_there@/postgres" + options}) {
    // It would take longer than the tests may.
    const Ran ran = project.without_database({"status", "--wait", "10h", "--database", address});
    CHECK(ran.code == 1);
    CHECK(ran.says("not_there"));
  }
  CHECK(project.drydock({"status", "--wait", "soon"}).code == 2);
}

}  // namespace
}  // namespace drydock
