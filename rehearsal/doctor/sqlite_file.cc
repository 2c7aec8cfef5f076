// A SQLite database inside a git work tree.
#include "rehearsal/doctor/checks.h"
#include "rehearsal/doctor/git_state.h"
#include "rehearsal/shadow/work_tree.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

class SqliteFileCheck final : public Check {
 public:
  std::string_view name() const override { return "sqlite-file"; }
  bool is_cheap() const override { return true; }

  std::vector<Symptom> look(const Patient& patient) const override {
    if (patient.is_postgres()) return {};
    std::error_code error;
    const fs::path file = fs::weakly_canonical(patient.url.database(), error);
    if (error || !fs::is_regular_file(file, error)) return {};
    const std::optional<fs::path> tree = work_tree_around(file.parent_path());
    if (!tree) return {};
    const std::string danger = danger_in_work_tree(file, *tree);
    if (!danger.empty())
      return {{Symptom::Level::warning,
               {},
               file.string() + " lies inside the git work tree " + tree->string() + ", and " + danger,
               "move it to a directory outside, or commit a line for it in .gitignore" +
                   std::string(danger.starts_with("is tracked") ? " after `git rm --cached`" : "")}};
    if (!patient.is_serious()) return {};
    return {{Symptom::Level::warning,
             {},
             file.string() + " lies inside the git work tree " + tree->string() +
                 ": `git clean -x` takes it away, though it is ignored",
             "move it to a directory outside, and the address with it"}};
  }
};

}  // namespace

std::unique_ptr<Check> make_sqlite_file_check() { return std::make_unique<SqliteFileCheck>(); }

}  // namespace drydock
