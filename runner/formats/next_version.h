// Versions and names of files that are about to be written: what the formats whose versions are digits have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/migration/migration.h"

namespace drydock {

// The current time as 20261120103000, UTC.
std::string utc_timestamp();

// Behind the highest of `existing`, in its width: a timestamp where that is one, else the next number; `first` where
// there is none. REQUIRES: their versions are digits.
std::string next_version(const std::vector<MigrationFile>& existing, std::string_view first = "0001");

// "Add e-mail to users" -> "add_e_mail_to_users": in lower case, with one underscore for whatever is no letter or
// digit; letters beyond ASCII are kept. Throws MigrationError where nothing is left.
std::string file_name_of(std::string_view name);

}  // namespace drydock
