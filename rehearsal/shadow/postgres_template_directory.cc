#include "rehearsal/shadow/postgres_template_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <functional>

#include "rehearsal/shadow/child_process.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t size_of_empty_server = 64 << 20;

// A name for a directory that no other version, build, locale or superuser has.
std::string key_of(const PostgresBinaries& binaries, const ClusterLocale& locale, const std::string& superuser) {
  std::string whole = binaries.directory.string() + '\n' + locale.collate + '\n' + locale.ctype + '\n' +
                      locale.provider + locale.locale + '\n' + superuser;
  std::string readable = binaries.version + "-" + locale.encoding + "-" + locale.collate;
  for (char& c : readable) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '_' && c != '-') c = '_';
  }
  return readable + "-" + std::to_string(std::hash<std::string>{}(whole));
}

// initdb's own message for a locale that is not there names it.
CannotRehearse failure(const fs::path& output, const ClusterLocale& locale) {
  std::string words = last_lines(output, 5);
  if (words.find("locale") != std::string::npos) {
    std::string name = locale.provider == 'c' ? locale.collate + "' / '" + locale.ctype : locale.locale;
    return CannotRehearse(
        "the source's locale '" + name + "' (encoding " + locale.encoding +
        ") is missing on this machine, and without it rows sort and compare otherwise: install it, or "
        "rehearse on a machine that has it\n" +
        words);
  }
  return CannotRehearse("initdb could not make a server for the shadow:\n" + words);
}

void make(const fs::path& data, const fs::path& output, const std::optional<ServerUser>& user,
          const PostgresBinaries& binaries, const ClusterLocale& locale, const std::string& superuser) {
  Program initdb;
  initdb.arguments = {binaries.program("initdb"),
                      "--pgdata=" + data.string(),
                      "--username=" + superuser,
                      "--auth=trust",
                      "--encoding=" + locale.encoding,
                      "--lc-collate=" + locale.collate,
                      "--lc-ctype=" + locale.ctype,
                      "--lc-messages=C",
                      "--no-sync",
                      "--no-instructions",
                      "--wal-segsize=4"};
  if (locale.provider == 'i') {
    initdb.arguments.insert(initdb.arguments.end(), {"--locale-provider=icu", "--icu-locale=" + locale.locale});
  } else if (locale.provider == 'b') {
    initdb.arguments.insert(initdb.arguments.end(), {"--locale-provider=builtin", "--builtin-locale=" + locale.locale});
  }
  initdb.user = user;
  initdb.output = output;
  initdb.environment = Program::Environment::empty;
  initdb.variables = {{"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C"}};
  if (run_program(initdb) != 0) throw failure(output, locale);
}

fs::path kept_place(const fs::path& base, const PostgresBinaries& binaries, const ClusterLocale& locale,
                    const std::string& superuser) {
  return base / "templates" / key_of(binaries, locale, superuser);
}

bool is_whole(const fs::path& data) { return fs::exists(data / "PG_VERSION"); }

}  // namespace

ClusterLocale usual_locale() {
  const std::string name = "C.UTF-8";
  locale_t found = ::newlocale(LC_ALL_MASK, name.c_str(), nullptr);
  if (found == nullptr) return {.encoding = "UTF8", .collate = "C", .ctype = "C", .locale = {}};
  ::freelocale(found);
  return {.encoding = "UTF8", .collate = name, .ctype = name, .locale = {}};
}

fs::path template_directory(const fs::path& base, const std::optional<ServerUser>& user,
                            const PostgresBinaries& binaries, const ClusterLocale& locale,
                            const std::string& superuser) {
  fs::path result = kept_place(base, binaries, locale, superuser), templates = result.parent_path();
  if (is_whole(result)) return result;

  // Made in a shadow's directory, which goes if anything fails, and moved when it is whole.
  ShadowDirectory making(base, user, size_of_empty_server);
  fs::path data = making.make("data");
  make(data, making.path() / "log", user, binaries, locale, superuser);
  if (::mkdir(templates.c_str(), 0700) == 0 && user && ::chown(templates.c_str(), user->uid, user->gid) != 0) {
    throw CannotRehearse("cannot give " + templates.string() + " to " + user->name);
  }
  std::error_code error;
  fs::rename(data, result, error);  // another run may have been first
  if (error && !is_whole(result)) {
    throw CannotRehearse("cannot keep an empty server in " + templates.string() + ": " + error.message());
  }
  return result;
}

fs::path passing_template_directory(const ShadowDirectory& directory, const std::optional<ServerUser>& user,
                                    const PostgresBinaries& binaries, const ClusterLocale& locale,
                                    const std::string& superuser) {
  if (fs::path kept = kept_place(directory.base(), binaries, locale, superuser); is_whole(kept)) return kept;
  const std::string name = key_of(binaries, locale, superuser);
  if (is_whole(directory.path() / name)) return directory.path() / name;
  fs::path data = directory.make(name);
  make(data, directory.path() / "log", user, binaries, locale, superuser);
  return data;
}

}  // namespace drydock
