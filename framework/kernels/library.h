// A library of C functions that is there on some machines only: opened at run time, never linked and never
// closed.
#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace monge::kernels {

class Library {
 public:
  /// The first of `files` that opens, called `name` in errors. Throws std::runtime_error where none does.
  Library(std::string name, const std::vector<std::string>& files, int how = RTLD_NOW | RTLD_LOCAL)
      : name_(std::move(name)) {
    for (const auto& file : files) {
      handle_ = dlopen(file.c_str(), how);
      if (handle_ != nullptr) return;
    }
    throw std::runtime_error(name_ + " is not to be found here");
  }

  /// The function `symbol`, a pointer of the type that it is assigned to.
  class Function {
   public:
    explicit Function(void* address) : address_(address) {}
    template <class F>
    operator F*() const {
      return reinterpret_cast<F*>(address_);
    }

   private:
    void* address_;
  };
  Function operator[](const char* symbol) const {
    void* address = dlsym(handle_, symbol);
    if (address == nullptr) throw std::runtime_error(name_ + " has no function " + symbol);
    return Function(address);
  }

 private:
  std::string name_;
  void* handle_ = nullptr;
};

}  // namespace monge::kernels
