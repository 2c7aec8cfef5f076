// What a throw-away server may touch: its own files and the system's libraries, no program, no network. Each part is
// applied where this kernel has it; what it lacks is told.
//
//   Landlock        files and programs; TCP from its version 4
//   seccomp         connect(): a socket file of another server would otherwise still be reachable
//   empty network   a network namespace of its own, where drydock may make one. Another tool's command, which has to
//                   reach its shadow's socket, can make no internet sockets where it may not.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace drydock {

struct AllowedFiles {
  std::vector<std::filesystem::path> run, read, write;  // directories stand for all that is below
};

// Made before fork(), applied in the child. What does not exist is left out.
class Confinement {
 public:
  explicit Confinement(const AllowedFiles& allowed);
  ~Confinement();
  Confinement(const Confinement&) = delete;
  Confinement& operator=(const Confinement&) = delete;

  bool has_landlock() const { return ruleset_ >= 0; }
  // In the child, as its last step before exec().
  void apply() const;

 private:
  int ruleset_ = -1;
};

// In the child, before it changes its user: leaves the machine's network for an empty one, if it may. With file systems
// of its own what it mounts shows to itself alone.
enum class FileSystems { shared, own };
bool enter_empty_network(FileSystems file_systems = FileSystems::shared);

// In the child, where it may not have a network of its own, as in most containers: socket() makes none for the internet
// from now on, neither here nor in what is run, and no program gains privileges (sudo). False where this kernel cannot.
bool forbid_internet_sockets();

// Whether that process is in another network than drydock.
bool is_in_other_network(int pid);

// The program and the loader that the kernel runs it with.
std::vector<std::filesystem::path> program_with_loader(const std::filesystem::path& program);

}  // namespace drydock
