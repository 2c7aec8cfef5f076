#include "rehearsal/shadow/file_copy.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace drydock {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t chunk = std::size_t{64} << 20;

// Until the end of `from`, which may grow meanwhile. -1 where the file systems cannot do that between them.
int copy_in_kernel(int from, int to) {
  for (bool first = true;; first = false) {
    ssize_t copied = ::copy_file_range(from, nullptr, to, nullptr, chunk, 0);
    if (copied == 0) return 0;
    if (copied > 0) continue;
    bool unsupported = errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
    return first && unsupported ? -1 : errno;
  }
}

int copy_by_sendfile(int from, int to) {
  for (;;) {
    ssize_t copied = ::sendfile(to, from, nullptr, chunk);
    if (copied == 0) return 0;
    if (copied < 0 && errno != EINTR) return errno;
  }
}

int copy_descriptor(int from, int to) {
  if (::ioctl(to, FICLONE, from) == 0) return 0;
  int result = copy_in_kernel(from, to);
  return result == -1 ? copy_by_sendfile(from, to) : result;
}

}  // namespace

int copy_file_bytes(const char* from, const char* to) {
  int source = ::open(from, O_RDONLY | O_CLOEXEC);
  if (source < 0) return errno;
  int target = ::open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  int result = target < 0 ? errno : copy_descriptor(source, target);
  if (target >= 0 && ::close(target) != 0 && result == 0) result = errno;
  ::close(source);
  return result;
}

int copy_directory(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (::mkdir(to.c_str(), 0700) != 0) return errno;
  for (fs::recursive_directory_iterator at(from, error), end; !error && at != end; at.increment(error)) {
    fs::path target = to / at->path().lexically_relative(from);
    if (at->is_directory()) {
      if (::mkdir(target.c_str(), 0700) != 0) return errno;
    } else if (int result = copy_file_bytes(at->path().c_str(), target.c_str()); result != 0) {
      return result;
    }
  }
  return error.value();
}

}  // namespace drydock
