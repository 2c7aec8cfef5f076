// A user's project in a folder of its own: migrations, a database and the real command, run as a user runs it. All of
// it is gone with the object.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace drydock {

// How a run of the command ended.
struct Ran {
  int code = -1;   // exit status; -1 where a signal ended it
  int signal = 0;  // that ended it
  std::string out, err;

  bool says(std::string_view part) const;  // on either stream
};

using Variables = std::vector<std::pair<std::string, std::string>>;

// A command that has been started and not been waited for.
class Running {
 public:
  Running(const std::filesystem::path& folder, const std::vector<std::string>& words, const Variables& variables);
  Running(Running&& other) noexcept;
  Running& operator=(Running&&) = delete;
  ~Running();

  void send(int signal) const;
  Ran wait();

 private:
  int process_ = -1, out_ = -1, err_ = -1;
};

class Project {
 public:
  enum class Kind { sqlite, postgres };
  explicit Project(Kind kind = Kind::sqlite);
  ~Project();
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  Kind kind() const { return kind_; }
  const std::filesystem::path& folder() const { return folder_; }
  const std::string& url() const { return url_; }
  // "legacy" or "public.legacy": as a report names a table.
  std::string table(const std::string& name) const;

  // A file below the folder; its folders are made.
  void write(const std::string& file, const std::string& text) const;
  std::string read(const std::string& file) const;
  // By a client that is not drydock.
  void sql(const std::string& text) const;
  std::string value(const std::string& query) const;
  bool has_table(const std::string& name) const;
  // All that the database holds, rows and objects, as one text: of two that are equal nothing was changed in between.
  std::string state() const;

  // With --database. Options stand in the place where users put them: anywhere.
  Ran drydock(std::vector<std::string> words, const Variables& variables = {}) const;
  Ran without_database(const std::vector<std::string>& words, const Variables& variables = {}) const;
  Running start(std::vector<std::string> words) const;

  // A table `legacy` with three rows, migrated and filled, and a pending migration that drops it.
  void with_pending_loss(const std::string& consent = "") const;
  // The same with a pending migration that loses nothing.
  void with_pending_column() const;

 private:
  Kind kind_;
  std::filesystem::path folder_;
  std::string url_;
};

// "sqlite" and "postgres": what every scenario that is not about one of them runs on.
inline constexpr std::initializer_list<Project::Kind> both_kinds = {Project::Kind::sqlite, Project::Kind::postgres};

}  // namespace drydock
