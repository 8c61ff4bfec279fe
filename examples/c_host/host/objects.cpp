// Static objects of C++, which are destroyed when the process exits, the youngest first.

#include <cstdio>

namespace {

class Object {
  public:
    explicit Object(const char *name) : name(name) { std::printf("%s: constructed\n", name); }
    ~Object() {
        std::printf("%s: destroyed\n", name);
        name = "nothing";
    }
    const char *name;
};

// Before `main`.
Object log("log");

Object &device() {
    static Object device("device");
    return device;
}

} // namespace

extern "C" void open_device() { device(); }

extern "C" const char *device_name() { return device().name; }

extern "C" void open_window() { static Object window("window"); }
