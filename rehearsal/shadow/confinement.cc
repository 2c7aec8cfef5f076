#include "rehearsal/shadow/confinement.h"

#include <elf.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>

namespace drydock {

namespace fs = std::filesystem;

namespace {

// As newer kernels read it; older ones take a shorter one. The header of the build machine may know the first part
// only.
struct Ruleset {
  std::uint64_t files = 0, network = 0;
};

constexpr std::uint64_t all_of_version_1 = (1ULL << 13U) - 1;
constexpr std::uint64_t refer = 1ULL << 13U, truncate_file = 1ULL << 14U;  // versions 2 and 3
constexpr std::uint64_t bind_and_connect = 3;                              // version 4
constexpr std::uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t for_files =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | truncate_file;

std::uint64_t file_rights(long version) {
  std::uint64_t rights = all_of_version_1;
  if (version >= 2) rights |= refer;
  if (version >= 3) rights |= truncate_file;
  return rights;
}

void allow(int ruleset, const fs::path& path, std::uint64_t rights) {
  int file = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (file < 0) return;
  struct stat status {};
  if (::fstat(file, &status) == 0 && !S_ISDIR(status.st_mode)) rights &= for_files;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = file;
  ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  ::close(file);
}

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t architecture = 0;
#endif

// Whether this process and its children go through the filter from now on. REQUIRES: no new privileges.
template <std::size_t size>
bool install(sock_filter (&filter)[size]) {
  sock_fprog program{size, filter};
  return architecture != 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// connect() fails as if nobody were there, whatever the address.
void forbid_connecting() {
  constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO | (ECONNREFUSED & SECCOMP_RET_DATA);
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_connect, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, refuse),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  install(filter);
}

bool write_text(const char* path, const std::string& text) {
  int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  bool done = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(file);
  return done;
}

void keep_own_ids(uid_t uid, gid_t gid) {
  write_text("/proc/self/setgroups", "deny");
  write_text("/proc/self/uid_map", std::to_string(uid) + " " + std::to_string(uid) + " 1");
  write_text("/proc/self/gid_map", std::to_string(gid) + " " + std::to_string(gid) + " 1");
}

// Servers before version 15 count what they do through a loopback socket.
void bring_up_loopback() {
  int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0) return;
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  ::ioctl(any, SIOCSIFFLAGS, &request);
  ::close(any);
}

}  // namespace

Confinement::Confinement(const AllowedFiles& allowed) {
  long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return;
  Ruleset attributes{file_rights(version), version >= 4 ? bind_and_connect : 0};
  std::size_t size = version >= 4 ? sizeof attributes : sizeof attributes.files;
  ruleset_ = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0));
  if (ruleset_ < 0) return;
  for (const fs::path& path : allowed.run) allow(ruleset_, path, LANDLOCK_ACCESS_FS_EXECUTE | reading);
  for (const fs::path& path : allowed.read) allow(ruleset_, path, reading);
  for (const fs::path& path : allowed.write) allow(ruleset_, path, attributes.files & ~LANDLOCK_ACCESS_FS_EXECUTE);
}

Confinement::~Confinement() {
  if (ruleset_ >= 0) ::close(ruleset_);
}

void Confinement::apply() const {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  forbid_connecting();
  if (ruleset_ >= 0 && ::syscall(SYS_landlock_restrict_self, ruleset_, 0) != 0) ::_exit(126);
}

bool enter_empty_network(FileSystems file_systems) {
  uid_t uid = ::geteuid();
  gid_t gid = ::getegid();
  const int spaces = CLONE_NEWNET | (file_systems == FileSystems::own ? CLONE_NEWNS : 0);
  if (::unshare(uid == 0 ? spaces : spaces | CLONE_NEWUSER) != 0) return false;
  if (uid != 0) keep_own_ids(uid, gid);
  bring_up_loopback();
  return true;
}

bool forbid_internet_sockets() {
  constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO | (EAFNOSUPPORT & SECCOMP_RET_DATA);
  constexpr std::size_t family = offsetof(seccomp_data, args) + (std::endian::native == std::endian::big ? 4 : 0);
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 0, 6),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 4),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, family),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, refuse),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && install(filter);
}

bool is_in_other_network(int pid) {
  std::error_code ours_error, theirs_error;
  fs::path ours = fs::read_symlink("/proc/self/ns/net", ours_error);
  fs::path theirs = fs::read_symlink("/proc/" + std::to_string(pid) + "/ns/net", theirs_error);
  return !ours_error && !theirs_error && ours != theirs;
}

std::vector<fs::path> program_with_loader(const fs::path& program) {
  std::vector<fs::path> result{program};
  std::ifstream file(program, std::ios::binary);
  Elf64_Ehdr header{};
  file.read(reinterpret_cast<char*>(&header), sizeof header);
  if (!file || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return result;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    file.seekg(static_cast<std::streamoff>(header.e_phoff + i * sizeof segment));
    file.read(reinterpret_cast<char*>(&segment), sizeof segment);
    if (!file || segment.p_type != PT_INTERP || segment.p_filesz > 4096) continue;
    std::string name(segment.p_filesz, '\0');
    file.seekg(static_cast<std::streamoff>(segment.p_offset));
    file.read(name.data(), static_cast<std::streamsize>(name.size()));
    std::error_code error;
    fs::path loader = fs::canonical(name.c_str(), error);
    if (!error) result.push_back(loader);
  }
  return result;
}

}  // namespace drydock
