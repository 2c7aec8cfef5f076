// A server directory as initdb makes it, kept for each version and locale and copied for each shadow: initdb takes
// about a second, its copy a tenth of that.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "rehearsal/shadow/postgres_binaries.h"
#include "rehearsal/shadow/server_user.h"
#include "rehearsal/shadow/shadow_directory.h"

namespace drydock {

// What initdb has to know to make a database that compares and sorts as the source does.
struct ClusterLocale {
  std::string encoding;  // "UTF8"
  std::string collate, ctype;
  char provider = 'c';  // c: libc, i: ICU, b: builtin
  std::string locale;   // of ICU or builtin
};

// For a database of which nothing says it: C.UTF-8 where this machine has it.
ClusterLocale usual_locale();

// Returns the directory, made where it was not there. Throws CannotRehearse where this machine lacks the locale.
std::filesystem::path template_directory(const std::filesystem::path& base, const std::optional<ServerUser>& user,
                                         const PostgresBinaries& binaries, const ClusterLocale& locale,
                                         const std::string& superuser);

// The same for who leaves nothing behind: the one that is kept already, else one in `directory`, which goes with it.
std::filesystem::path passing_template_directory(const ShadowDirectory& directory,
                                                 const std::optional<ServerUser>& user,
                                                 const PostgresBinaries& binaries, const ClusterLocale& locale,
                                                 const std::string& superuser);

}  // namespace drydock
