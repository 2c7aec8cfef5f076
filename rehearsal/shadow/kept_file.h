// The file that a shadow is restored from and that stays as a backup. Until it is proved it has another name, under
// which nobody takes it for one, and goes with its object.
#pragma once

#include <filesystem>
#include <string>

namespace drydock {

class KeptFile {
 public:
  // In `directory`, which is made, its user's alone, where it is not there. Throws CannotRehearse where it lies inside
  // a git work tree or cannot be made.
  KeptFile(const std::filesystem::path& directory, const std::string& database, const std::string& ending);
  ~KeptFile();
  KeptFile(const KeptFile&) = delete;
  KeptFile& operator=(const KeptFile&) = delete;

  const std::filesystem::path& unproved() const { return unproved_; }
  // Gives it its name, which is returned. REQUIRES: what was restored from it holds what it should.
  std::filesystem::path keep();

 private:
  std::filesystem::path unproved_, file_;
};

}  // namespace drydock
