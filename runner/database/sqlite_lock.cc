// An flock()ed file beside the database: the kernel lets it go when the process dies. The database file itself is never
// opened here, since closing any descriptor of it drops the locks that SQLite holds on it in this process.
//
// The file is removed by its holder, still locked. Whoever had opened it before locks a file without a name then, sees
// that, and opens the new one.
#include "runner/database/sqlite_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "runner/database/error.h"
#include "runner/database/lock_wait.h"

namespace drydock {

namespace {

namespace fs = std::filesystem;

// One file for every spelling of the database's path.
std::string lock_path(const DatabaseUrl& url, LockPurpose purpose) {
  std::error_code error;
  fs::path database = fs::weakly_canonical(url.database(), error);
  if (error) database = url.database();
  return database.string() + (purpose == LockPurpose::migrate ? ".drydock-lock" : ".drydock-rehearsal-lock");
}

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  int number() const { return number_; }

 private:
  int number_;
};

std::string who_i_am() {
  std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%Y-%m-%d %H:%M:%SZ", &utc);
  return "pid " + std::to_string(getpid()) + ", since " + time.data() + "\n";
}

class SqliteLock final : public MigrationLock {
 public:
  SqliteLock(const DatabaseUrl& url, LockPurpose purpose) : url_(url), path_(lock_path(url, purpose)) {}

  ~SqliteLock() override {
    if (locked_ && is_the_named_file(file_.number())) unlink(path_.c_str());
  }

  bool try_to_lock() {
    Descriptor file(open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (file.number() < 0) refuse(std::strerror(errno));
    if (flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) refuse(std::strerror(errno));
      return false;
    }
    if (!is_the_named_file(file.number())) return false;
    file_ = std::move(file);
    locked_ = true;
    write_holder();
    return true;
  }

  std::string holder() const {
    Descriptor file(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 128> text{};
    ssize_t length = file.number() < 0 ? 0 : read(file.number(), text.data(), text.size());
    std::string holder(text.data(), length < 0 ? 0 : static_cast<std::size_t>(length));
    return holder.substr(0, holder.find('\n'));
  }

  std::string sign_of_life() const {
    struct stat file = {};
    if (stat(path_.c_str(), &file) != 0) return {};
    return std::to_string(file.st_mtim.tv_sec) + "." + std::to_string(file.st_mtim.tv_nsec);
  }

  // The lock file's time is the sign; that it cannot be set is no reason to stop.
  void give_sign_of_life() override { static_cast<void>(futimens(file_.number(), nullptr)); }

  bool held() override { return locked_ && is_the_named_file(file_.number()); }

 private:
  bool is_the_named_file(int descriptor) const {
    struct stat own = {};
    struct stat named = {};
    return fstat(descriptor, &own) == 0 && stat(path_.c_str(), &named) == 0 && own.st_ino == named.st_ino &&
           own.st_dev == named.st_dev;
  }

  void write_holder() {
    std::string text = who_i_am();
    bool written = ftruncate(file_.number(), 0) == 0 &&
                   pwrite(file_.number(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
    if (!written) refuse(std::strerror(errno));
  }

  [[noreturn]] void refuse(const std::string& reason) const {
    DatabaseError::Details details;
    details.message = reason;
    throw ConnectionError(std::move(details),
                          "cannot lock " + url_.display() + ": its lock file " + path_ +
                              " cannot be written: " + reason +
                              "\nnothing was changed; make the directory writable for this user, or remove the file if "
                              "another user left it there");
  }

  DatabaseUrl url_;
  std::string path_;
  Descriptor file_;
  bool locked_ = false;
};

}  // namespace

std::unique_ptr<MigrationLock> acquire_sqlite_lock(const DatabaseUrl& url, const LockRequest& request) {
  auto lock = std::make_unique<SqliteLock>(url, request.purpose);
  wait_for_lock(
      url, request,
      {[&] { return lock->try_to_lock(); }, [&] { return lock->holder(); }, [&] { return lock->sign_of_life(); }});
  return lock;
}

}  // namespace drydock
