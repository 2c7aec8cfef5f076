// drydock.consents: what another tool's command may lose, one directive a line, as the report of a refusal prints it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/migration/loss.h"
#include "runner/sql/dialect.h"

namespace drydock {

inline constexpr const char* consents_file_name = "drydock.consents";

// Empty where there is no such file. Throws Failure (exit 2), with file and line, for what is no consent.
std::vector<Consent> read_consents(const std::filesystem::path& file, Dialect dialect);

// "-- drydock:consent ..." or, the same, "consent ..."; comments and empty lines aside. For read_consents() and tests.
std::vector<Consent> consents_in(const std::string& text, const std::string& file, Dialect dialect);

}  // namespace drydock
