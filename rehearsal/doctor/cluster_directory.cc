// The data directory of a PostgreSQL server inside a git work tree: the one where drydock is run, and the target's own
// where it is on this machine and says where it lies.
#include <set>

#include "rehearsal/doctor/checks.h"
#include "rehearsal/doctor/git_state.h"
#include "rehearsal/shadow/work_tree.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

// Not the whole tree is searched, which may be large: its root, and two levels of directories.
void find_clusters(const fs::path& directory, int levels, std::set<fs::path>& found) {
  std::error_code error;
  if (fs::exists(directory / "PG_VERSION", error)) {
    found.insert(directory);
    return;
  }
  if (levels == 0) return;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error))
    if (entry.is_directory(error) && !entry.is_symlink(error) && entry.path().filename() != ".git")
      find_clusters(entry.path(), levels - 1, found);
}

// Its own answer is a superuser's to read.
std::optional<fs::path> told_by_server(const Patient& patient) {
  if (patient.database == nullptr || !patient.url.is_local()) return std::nullopt;
  const Rows rows = patient.database->query("SELECT setting FROM pg_catalog.pg_settings WHERE name = 'data_directory'");
  if (rows.empty()) return std::nullopt;
  return fs::path(rows.text(0, 0));
}

class ClusterDirectoryCheck final : public Check {
 public:
  std::string_view name() const override { return "cluster-directory"; }
  bool is_cheap() const override { return true; }

  std::vector<Symptom> look(const Patient& patient) const override {
    if (!patient.is_postgres()) return {};
    std::set<fs::path> clusters;
    std::error_code error;
    if (const auto tree = work_tree_around(fs::current_path(error))) find_clusters(*tree, 2, clusters);
    if (const auto told = told_by_server(patient)) clusters.insert(*told);
    std::vector<Symptom> findings;
    for (const fs::path& cluster : clusters) {
      const std::optional<fs::path> tree = work_tree_around(cluster);
      if (!tree) continue;
      const std::string danger = danger_in_work_tree(cluster / "PG_VERSION", *tree);
      findings.push_back({Symptom::Level::warning,
                          {},
                          "a PostgreSQL server's data directory, " + cluster.string() +
                              ", lies inside the git work tree " + tree->string() + ", and " +
                              (danger.empty() ? "`git clean -x` takes it away" : danger),
                          "stop the server, move the directory outside of the work tree, and start it there"});
    }
    return findings;
  }
};

}  // namespace

std::unique_ptr<Check> make_cluster_directory_check() { return std::make_unique<ClusterDirectoryCheck>(); }

}  // namespace drydock
