#include "rehearsal/doctor/git_state.h"

#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "rehearsal/shadow/child_process.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

struct Answer {
  int status = -1;
  std::string text;
};

// The tree may be another user's, and its settings may name programs: neither is to matter.
Answer ask_git(const fs::path& tree, const std::vector<std::string>& words) {
  std::string name = (fs::temp_directory_path() / "drydock-git-XXXXXX").string();
  const int file = ::mkstemp(name.data());
  if (file < 0) return {};
  ::close(file);
  Program git;
  git.arguments = {"/usr/bin/env", "git", "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-C", tree.string()};
  git.arguments.insert(git.arguments.end(), words.begin(), words.end());
  git.output = name;
  Answer answer;
  answer.status = run_program(git);
  std::ifstream said(name);
  answer.text.assign(std::istreambuf_iterator<char>(said), {});
  std::error_code ignored;
  fs::remove(name, ignored);
  return answer;
}

// ".gitignore:3:*.db<TAB>app.db": a rule counts where a checkout cannot take it away.
bool is_committed_rule(const fs::path& tree, const std::string& rule) {
  const std::string source = rule.substr(0, rule.find(':'));
  if (source.empty() || fs::path(source).is_absolute() || source.starts_with(".git/")) return true;
  const Answer changes = ask_git(tree, {"status", "--porcelain", "--", source});
  return changes.status == 0 && changes.text.empty();
}

}  // namespace

std::string danger_in_work_tree(const fs::path& file, const fs::path& tree) {
  const Answer ignored = ask_git(tree, {"check-ignore", "-v", "--", file.string()});
  if (ignored.status == 0)
    return is_committed_rule(tree, ignored.text) ? ""
                                                 : "is ignored by a line that is not committed, so that a checkout of "
                                                   "another branch may take it away";
  if (ignored.status != 1) return "lies there, and git could not be asked whether it is ignored";
  return ask_git(tree, {"ls-files", "--error-unmatch", "--", file.string()}).status == 0
             ? "is tracked by git: a checkout replaces or removes it, and whoever has the repository has its rows"
             : "is not ignored: `git add` commits it, `git clean` and `git stash -u` take it away";
}

}  // namespace drydock
