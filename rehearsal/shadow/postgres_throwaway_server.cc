#include "rehearsal/shadow/postgres_throwaway_server.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "rehearsal/shadow/confinement.h"
#include "rehearsal/shadow/file_copy.h"
#include "runner/database/interruption.h"
#include "runner/database/postgres_connection.h"
#include "runner/database/postgres_url.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds longest_start{30};
constexpr std::int64_t size_of_empty_server = 64 << 20;

// Nothing needs to survive a crash; nothing is sent, archived or loaded from outside; nothing runs by itself.
const std::map<std::string, std::string>& fixed_settings() {
  static const std::map<std::string, std::string> settings = {
      {"listen_addresses", ""},
      {"fsync", "off"},
      {"synchronous_commit", "off"},
      {"full_page_writes", "off"},
      {"autovacuum", "off"},
      {"wal_level", "minimal"},
      {"max_wal_senders", "0"},
      {"max_wal_size", "64GB"},
      {"checkpoint_timeout", "1d"},
      {"archive_mode", "off"},
      {"max_logical_replication_workers", "0"},
      {"shared_preload_libraries", ""},
      {"session_preload_libraries", ""},
      {"local_preload_libraries", ""},
      {"shared_buffers", "128MB"},
      {"maintenance_work_mem", "256MB"},
      // In its own directory: what lies in /dev/shm is other servers', and would outlive a server that is killed.
      {"dynamic_shared_memory_type", "mmap"},
      {"jit", "off"},
      {"allow_system_table_mods", "off"},
      {"update_process_title", "off"},
      {"logging_collector", "off"},
      {"log_destination", "stderr"},
      {"log_min_messages", "fatal"},
      {"log_min_error_statement", "panic"},  // statements hold values
      {"log_statement", "none"},
      {"ssl", "off"},
  };
  return settings;
}

// Its installation, what its libraries read of the system, and its own files.
AllowedFiles files_of(const PostgresBinaries& binaries, const fs::path& data, const fs::path& socket) {
  AllowedFiles allowed;
  allowed.run = program_with_loader(binaries.program("postgres"));
  allowed.read = {"/lib",
                  "/lib64",
                  "/usr/lib",
                  "/usr/lib64",
                  "/usr/local/lib",
                  "/usr/share",
                  "/usr/local/share",
                  "/etc/ld.so.cache",
                  "/etc/localtime",
                  "/etc/timezone",
                  "/etc/passwd",
                  "/etc/group",
                  "/etc/nsswitch.conf",
                  "/etc/ssl/openssl.cnf",
                  "/dev/urandom",
                  "/dev/zero",
                  "/sys/devices/system",
                  "/sys/kernel/mm"};
  fs::path installation = binaries.directory.parent_path();
  if (installation.has_relative_path()) allowed.read.push_back(installation);
  allowed.write = {data, socket, "/dev/null"};
  return allowed;
}

void copy_template(const fs::path& from, const fs::path& to, const std::optional<ServerUser>& user) {
  ChildProcess child([&] {
    if (user && !become(*user)) return EPERM;
    return copy_directory(from, to);
  });
  int result = child.wait();
  if (result == ENOSPC || result == EDQUOT) throw disk_full(to.parent_path(), size_of_empty_server);
  if (result != 0) {
    throw CannotRehearse("could not copy an empty server to " + to.string() + ": " +
                         std::generic_category().message(result));
  }
}

void add_settings(const ServerRequest& request, Program& server) {
  std::map<std::string, std::string> settings = request.settings;
  for (const auto& [name, value] : fixed_settings()) settings[name] = value;
  for (const auto& [name, value] : settings) {
    server.arguments.insert(server.arguments.end(), {"-c", name + "=" + value});
  }
}

}  // namespace

ThrowawayServer::ThrowawayServer(ShadowDirectory& directory, const ServerRequest& request)
    : directory_(directory), data_(directory.path() / "data"), log_(directory.path() / "log") {
  if (!request.empty_server.empty()) copy_template(request.empty_server, data_, request.user);
  socket_ = directory_.make_for_socket();
  start(request);
  wait_until_ready(request);
}

// An immediate shutdown: there is nothing to save.
ThrowawayServer::~ThrowawayServer() {
  if (process_) process_->end(SIGQUIT, std::chrono::seconds(5));
}

void ThrowawayServer::start(const ServerRequest& request) {
  Confinement confinement(files_of(request.binaries, data_, socket_));
  Program server;
  server.arguments = {request.binaries.program("postgres"), "-D", data_.string(), "-k", socket_.string(), "-p", "5432"};
  add_settings(request, server);
  server.environment = Program::Environment::empty;
  server.variables = {{"PATH", "/usr/bin:/bin"}};
  server.user = request.user;
  server.output = log_;
  server.death_signal = SIGQUIT;
  server.before_user = [] { enter_empty_network(); };
  server.before_exec = [&] { confinement.apply(); };
  process_ = std::make_unique<ChildProcess>(server);
  if (!confinement.has_landlock()) {
    notes_.emplace_back(
        "this kernel has no Landlock: the shadow's server is kept from files and programs by its roles alone");
  }
}

void ThrowawayServer::wait_until_ready(const ServerRequest& request) {
  DatabaseUrl address = url(request.superuser, request.database, "");
  Clock::time_point deadline = Clock::now() + longest_start;
  std::string reason = "it did not answer in time";
  while (!process_->ended() && Clock::now() < deadline) {
    check_interruption();
    try {
      if (fs::exists(socket_ / ".s.PGSQL.5432")) {
        connect_to_postgres(address, "drydock shadow");
        if (!is_in_other_network(process_->pid())) {
          notes_.emplace_back(
              "the shadow's server shares this machine's network: connections out are refused by the kernel's filters "
              "and by its roles");
        }
        return;
      }
    } catch (const ConnectionError& error) {
      reason = error.raw();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  std::string words = last_lines(log_, 5);
  throw CannotRehearse("the throw-away server for the shadow did not start: " + (words.empty() ? reason : words));
}

DatabaseUrl ThrowawayServer::url(const std::string& user, const std::string& database,
                                 const std::optional<std::string>& options) const {
  return DatabaseUrl::parse(address(user, database, options));
}

// What the environment says of hosts, encryption and the like concerns the target's server, not this one.
std::string ThrowawayServer::address(const std::string& user, const std::string& database,
                                     const std::optional<std::string>& options) const {
  std::string text = "postgresql://" + percent_encoded(user) + "@/" + percent_encoded(database) +
                     "?host=" + percent_encoded(socket_.string()) +
                     "&port=5432&hostaddr=&sslmode=disable&gssencmode=disable&channel_binding=disable" +
                     "&target_session_attrs=any";
  if (options) text += "&options=" + percent_encoded(*options);
  return text;
}

int run_single_user(const ShadowDirectory& directory, const ServerRequest& request, const std::string& sql) {
  const fs::path data = directory.path() / "data", input = directory.path() / "input";
  std::ofstream(input, std::ios::trunc) << sql;
  Confinement confinement(files_of(request.binaries, data, data));
  Program server;
  server.arguments = {request.binaries.program("postgres"), "--single", "-D", data.string()};
  add_settings(request, server);
  server.arguments.push_back(request.database);
  server.environment = Program::Environment::empty;
  server.variables = {{"PATH", "/usr/bin:/bin"}};
  server.user = request.user;
  server.output = directory.path() / "log";
  server.death_signal = SIGQUIT;
  server.before_user = [&] {
    enter_empty_network();
    const int file = ::open(input.c_str(), O_RDONLY | O_CLOEXEC);
    ::dup2(file, STDIN_FILENO);
  };
  server.before_exec = [&] { confinement.apply(); };
  return run_program(server);
}

}  // namespace drydock
