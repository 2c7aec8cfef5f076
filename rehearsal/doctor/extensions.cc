// Extensions of the target that this machine's PostgreSQL programs do not have: a shadow is made without them.
#include "rehearsal/doctor/checks.h"
#include "rehearsal/shadow/postgres_binaries.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

// Where an installation keeps their control files: unpacked anywhere, or as Debian lays it out. "": not found.
fs::path control_files(const PostgresBinaries& binaries) {
  std::error_code error;
  const fs::path base = binaries.directory.parent_path();
  for (const fs::path& each : {base / "share/extension", base / "share/postgresql/extension",
                               fs::path("/usr/share/postgresql") / std::to_string(binaries.major) / "extension"})
    if (fs::is_directory(each, error)) return each;
  return {};
}

class ExtensionsCheck final : public Check {
 public:
  std::string_view name() const override { return "extensions"; }

  std::vector<Symptom> look(const Patient& patient) const override {
    const bool elsewhere = !patient.provider.empty() && patient.provider != "private";
    if (!patient.is_postgres() || patient.database == nullptr || elsewhere) return {};
    constexpr int per_major = 10000;
    const auto binaries = binaries_for(patient.database->server_version() / per_major,
                                       installed_binaries(patient.clone.binaries, Programs::server));
    const fs::path directory = binaries ? control_files(*binaries) : fs::path();
    if (directory.empty()) return {};
    std::string missing;
    const Rows names = patient.database->query("SELECT extname FROM pg_catalog.pg_extension ORDER BY 1");
    for (std::size_t row = 0; row < names.rows.size(); ++row)
      if (!fs::exists(directory / (names.text(row, 0) + ".control")))
        missing += (missing.empty() ? "" : ", ") + names.text(row, 0);
    if (missing.empty()) return {};
    return {{Symptom::Level::warning,
             {},
             "extensions of the target are not installed here, and a shadow is made without them: " + missing,
             "install them for PostgreSQL " + std::to_string(binaries->major) + ", on this machine"}};
  }
};

}  // namespace

std::unique_ptr<Check> make_extensions_check() { return std::make_unique<ExtensionsCheck>(); }

}  // namespace drydock
