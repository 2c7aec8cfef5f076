#include "rehearsal/shadow/postgres_lent_database.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <sstream>

#include "rehearsal/shadow/shadow.h"

namespace drydock {

namespace {

// When the process began, in the kernel's ticks: a number may have been given to another process since.
std::string start_of_process(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text;
  std::getline(file, text);
  std::size_t name_ends = text.rfind(')');
  std::istringstream rest(name_ends == std::string::npos ? "" : text.substr(name_ends + 1));
  std::string field;
  for (int number = 3; number <= 22 && rest >> field; ++number) continue;
  return rest ? field : "";
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// What a database's comment says of the run that made it.
std::string owner_comment() {
  std::string pid = std::to_string(::getpid());
  return "drydock shadow of " + host_name() + " " + pid + " " + start_of_process(pid);
}

struct Owner {
  std::string host, pid, start;

  bool is_on_this_machine() const { return host == host_name(); }
  bool lives() const { return start_of_process(pid) == start; }
};

std::optional<Owner> owner_in(const Value& comment) {
  std::istringstream text(comment.value_or(""));
  std::string drydock, shadow, of;
  Owner owner;
  text >> drydock >> shadow >> of >> owner.host >> owner.pid >> owner.start;
  const bool readable = text && drydock == "drydock" && shadow == "shadow" && of == "of";
  return readable ? std::optional(owner) : std::nullopt;
}

std::string random_name(std::string_view prefix) {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) throw std::runtime_error("no random bytes");
  return std::string(prefix) + std::to_string(number);
}

std::string locale_sql(const ClusterLocale& locale) {
  std::string sql = " ENCODING " + literal(locale.encoding) + " LC_COLLATE " + literal(locale.collate) + " LC_CTYPE " +
                    literal(locale.ctype);
  if (locale.provider == 'i') sql += " LOCALE_PROVIDER icu ICU_LOCALE " + literal(locale.locale);
  if (locale.provider == 'b') sql += " LOCALE_PROVIDER builtin BUILTIN_LOCALE " + literal(locale.locale);
  return sql;
}

}  // namespace

LentDatabase::LentDatabase(const DatabaseUrl& server, std::string_view prefix)
    : connection_(server, "drydock shadow"), name_(random_name(prefix)) {}

// The object exists from the delegation on.
LentDatabase::LentDatabase(const DatabaseUrl& server, std::string_view prefix,
                           const std::optional<ClusterLocale>& locale)
    : LentDatabase(server, prefix) {
  send("CREATE DATABASE " + drydock::quoted(name_) + " TEMPLATE template0" + (locale ? locale_sql(*locale) : ""));
  send("COMMENT ON DATABASE " + drydock::quoted(name_) + " IS " + literal(owner_comment()));
}

// Where the server is gone the next run drops it.
LentDatabase::~LentDatabase() {
  constexpr std::chrono::seconds patience{30};
  try {
    connection_.send_in_clean_up("DROP DATABASE IF EXISTS " + drydock::quoted(name_) + " WITH (FORCE)", patience);
  } catch (const std::exception&) {
  }
}

void LentDatabase::send(const std::string& sql) {
  PostgresResult last = std::move(connection_.send(sql).back());
  if (is_error(last.get())) throw DatabaseError(error_details(last.get()));
}

Leftovers drop_abandoned_databases(Database& server, std::string_view prefix) {
  const Rows rows = server.query(
      "SELECT datname, pg_catalog.shobj_description(oid, 'pg_database') "
      "FROM pg_catalog.pg_database WHERE pg_catalog.starts_with(datname::text, " +
      literal(prefix) + ") ORDER BY datname");
  const std::string where = " on " + server.url().display();
  Leftovers leftovers;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    const std::string& name = rows.text(row, 0);
    const std::optional<Owner> owner = owner_in(rows.rows[row][1]);
    if (owner && owner->is_on_this_machine()) {
      if (owner->lives()) continue;
      server.execute("DROP DATABASE IF EXISTS " + drydock::quoted(name) + " WITH (FORCE)");
      leftovers.removed.push_back("dropped the database " + name + where + ": left by a run that was killed");
    } else {
      const std::string whose = owner ? "a run on " + owner->host + " made it and may use it, run `drydock clean` there"
                                      : "it does not say who made it";
      leftovers.left.push_back("left the database " + name + where + ": " + whose + ", or drop it by hand");
    }
  }
  return leftovers;
}

Leftovers remove_leftovers_on(const DatabaseUrl& url) {
  if (url.dialect() != Dialect::postgres) return {};
  const std::unique_ptr<Database> server = open_database(url, {.application = "drydock clean"});
  Leftovers all;
  for (const std::string_view prefix : {lent_for_shadows, lent_for_squashes}) {
    Leftovers found = drop_abandoned_databases(*server, prefix);
    std::ranges::move(found.removed, std::back_inserter(all.removed));
    std::ranges::move(found.left, std::back_inserter(all.left));
  }
  return all;
}

void require_harmless_role(Database& server, const DatabaseUrl& url, const std::string& setting) {
  bool super =
      server.query("SELECT rolsuper::int FROM pg_catalog.pg_roles WHERE rolname = session_user").integer(0, 0) == 1;
  if (super && !url.is_local()) {
    throw CannotRehearse("the role of " + setting +
                         " is a superuser of a server elsewhere, where a migration could do "
                         "anything: name a role there with CREATEDB and no more");
  }
}

}  // namespace drydock
