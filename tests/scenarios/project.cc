#include "scenarios/project.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include "fixtures/postgres_server.h"
#include "runner/database/database.h"

namespace drydock {
namespace {

std::filesystem::path make_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "drydock-scenario-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "mkdtemp");
  return name;
}

// The variables of whoever runs the tests, without those that drydock or libpq would read.
std::vector<std::string> environment_with(const Variables& variables) {
  std::vector<std::string> result;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string entry = *each;
    const bool read_by_drydock = entry.starts_with("DRYDOCK_") || entry.starts_with("DATABASE_URL=") ||
                                 entry.starts_with("PG") || entry.starts_with("NO_COLOR=");
    if (!read_by_drydock) result.push_back(entry);
  }
  for (const auto& [name, value] : variables) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Reads both ends until both are closed, so that neither pipe fills up.
void drain(int out, int err, Ran& ran) {
  std::array<pollfd, 2> ends{{{out, POLLIN, 0}, {err, POLLIN, 0}}};
  std::array<char, 65536> buffer{};
  for (int open = 2; open > 0;) {
    if (poll(ends.data(), ends.size(), -1) < 0) continue;
    for (std::size_t index = 0; index < ends.size(); ++index) {
      if (ends[index].fd < 0 || ends[index].revents == 0) continue;
      const ssize_t got = ::read(ends[index].fd, buffer.data(), buffer.size());
      if (got > 0) {
        (index == 0 ? ran.out : ran.err).append(buffer.data(), static_cast<std::size_t>(got));
      } else {
        ends[index].fd = -1;
        --open;
      }
    }
  }
}

// An empty database of its own on the tests' server, as a user would write its address.
std::string make_postgres_database() {
  const DatabaseUrl url = fixtures::PostgresServer::instance().new_database();
  return "postgresql://postgres@/" + url.database() + "?host=" + url.parameters().at("host");
}

}  // namespace

bool Ran::says(std::string_view part) const {
  return out.find(part) != std::string::npos || err.find(part) != std::string::npos;
}

Running::Running(const std::filesystem::path& folder, const std::vector<std::string>& words,
                 const Variables& variables) {
  std::array<int, 2> out{}, err{};
  if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe2");
  std::vector<std::string> arguments{DRYDOCK_BINARY};
  arguments.insert(arguments.end(), words.begin(), words.end());
  std::vector<std::string> entries = environment_with(variables);
  const std::vector<char*> argv = pointers_to(arguments), envp = pointers_to(entries);
  process_ = fork();
  if (process_ == 0) {
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    if (chdir(folder.c_str()) == 0) execve(DRYDOCK_BINARY, argv.data(), envp.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);
  out_ = out[0];
  err_ = err[0];
}

Running::Running(Running&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      out_(std::exchange(other.out_, -1)),
      err_(std::exchange(other.err_, -1)) {}

Running::~Running() {
  if (process_ < 0) return;
  send(SIGKILL);
  wait();
}

void Running::send(int signal) const { kill(process_, signal); }

Ran Running::wait() {
  Ran ran;
  drain(out_, err_, ran);
  close(out_);
  close(err_);
  int status = 0;
  waitpid(std::exchange(process_, -1), &status, 0);
  if (WIFSIGNALED(status)) ran.signal = WTERMSIG(status);
  if (WIFEXITED(status)) ran.code = WEXITSTATUS(status);
  return ran;
}

Project::Project(Kind kind) : kind_(kind), folder_(make_folder()) {
  // Servers of shadows may run as another user, who has to get at a folder below.
  std::filesystem::permissions(folder_, std::filesystem::perms(0755));
  std::filesystem::create_directories(folder_ / "migrations");
  url_ = kind == Kind::sqlite ? "sqlite:app.db" : make_postgres_database();
}

Project::~Project() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Project::table(const std::string& name) const { return (kind_ == Kind::sqlite ? "" : "public.") + name; }

void Project::write(const std::string& file, const std::string& text) const {
  std::filesystem::create_directories((folder_ / file).parent_path());
  std::ofstream(folder_ / file, std::ios::binary) << text;
}

std::string Project::read(const std::string& file) const {
  std::ifstream stream(folder_ / file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

void Project::sql(const std::string& text) const {
  const std::string url = kind_ == Kind::sqlite ? "sqlite:" + (folder_ / "app.db").string() : url_;
  open_database(DatabaseUrl::parse(url), {.create = true})->execute(text);
}

std::string Project::value(const std::string& query) const {
  const std::string url = kind_ == Kind::sqlite ? "sqlite:" + (folder_ / "app.db").string() : url_;
  const Rows rows = open_database(DatabaseUrl::parse(url))->query(query);
  return rows.empty() ? "" : rows.rows[0][0].value_or("NULL");
}

bool Project::has_table(const std::string& name) const {
  return value(kind_ == Kind::sqlite
                   ? "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '" + name + "'"
                   : "SELECT count(*) FROM pg_tables WHERE tablename = '" + name + "'") == "1";
}

std::string Project::state() const {
  if (kind_ == Kind::sqlite) return read("app.db");
  return value("SELECT database_to_xml_and_xmlschema(true, true, '')") +
         value(
             "SELECT string_agg(concat_ws(' ', c.oid, relname, relkind, relfilenode), ',' ORDER BY c.oid) FROM "
             "pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname NOT LIKE 'pg%'");
}

// What stands behind "--" is another tool's.
Ran Project::drydock(std::vector<std::string> words, const Variables& variables) const {
  words.insert(std::ranges::find(words, "--"), {"--database", url_});
  return without_database(words, variables);
}

Ran Project::without_database(const std::vector<std::string>& words, const Variables& variables) const {
  return Running(folder_, words, variables).wait();
}

Running Project::start(std::vector<std::string> words) const {
  words.insert(words.end(), {"--database", url_});
  return Running(folder_, words, {});
}

void Project::with_pending_loss(const std::string& consent) const {
  write("migrations/0001_create_legacy.sql", "CREATE TABLE legacy (id integer PRIMARY KEY, note text);\n");
  if (const Ran ran = drydock({"migrate"}); ran.code != 0) throw std::runtime_error(ran.err);
  sql("INSERT INTO legacy VALUES (1, 'a'), (2, 'b'), (3, NULL)");
  write("migrations/0002_drop_legacy.sql", consent + "DROP TABLE legacy;\n");
}

void Project::with_pending_column() const {
  with_pending_loss();
  std::filesystem::remove(folder_ / "migrations/0002_drop_legacy.sql");
  write("migrations/0002_add_colour.sql", "ALTER TABLE legacy ADD COLUMN colour text;\n");
}

}  // namespace drydock
