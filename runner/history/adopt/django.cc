// Django: django_migrations(id, app, name, applied), one row for each applied migration of each app.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/python_reader.h"

namespace drydock {

std::unique_ptr<AdoptReader> make_django_reader() {
  return std::make_unique<PythonReader>(
      PlainTool{.name = "django", .table = "django_migrations", .version_column = "name", .time_column = "applied"},
      "python manage.py migrate", "python manage.py migrate --fake");
}

}  // namespace drydock
