// A compose file that mounts a directory of the work tree as PostgreSQL's data directory. The file is read line by
// line, in the short form "- ./data:/var/lib/postgresql/data", which is how such a mount is written.
#include <fstream>
#include <regex>

#include "rehearsal/doctor/checks.h"
#include "rehearsal/shadow/work_tree.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

constexpr const char* names[] = {"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"};

class ComposeVolumeCheck final : public Check {
 public:
  std::string_view name() const override { return "compose-volume"; }
  bool is_cheap() const override { return true; }

  std::vector<Symptom> look(const Patient& patient) const override {
    std::error_code error;
    const fs::path here = fs::current_path(error);
    const std::optional<fs::path> tree = work_tree_around(here);
    if (!patient.is_postgres() || !tree) return {};
    std::vector<Symptom> findings;
    for (const char* name : names) {
      look_into(here / name, *tree, findings);
      if (*tree != here) look_into(*tree / name, *tree, findings);
    }
    return findings;
  }

 private:
  static void look_into(const fs::path& file, const fs::path& tree, std::vector<Symptom>& findings) {
    static const std::regex mount(R"(^\s*-\s*["']?([./~][^:"']*):(/var/lib/(?:postgresql|pgsql)[^:"']*))");
    std::ifstream stream(file);
    int number = 0;
    for (std::string line; std::getline(stream, line);) {
      ++number;
      std::smatch found;
      if (!std::regex_search(line, found, mount)) continue;
      const fs::path place = (file.parent_path() / found[1].str()).lexically_normal();
      if (work_tree_around(place) != tree) continue;
      findings.push_back({Symptom::Level::warning,
                          {},
                          file.string() + ":" + std::to_string(number) + " mounts " + place.string() + " on " +
                              found[2].str() +
                              ": the server's data lie inside the git work tree, where a checkout or "
                              "`git clean` takes them away and an empty server starts in their place",
                          "mount a named volume, or a directory outside of the work tree"});
    }
  }
};

}  // namespace

std::unique_ptr<Check> make_compose_volume_check() { return std::make_unique<ComposeVolumeCheck>(); }

}  // namespace drydock
