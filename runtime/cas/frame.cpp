// A frame, version 1:
//
//   4 bytes  0x184D2A5E, little-endian: a skippable frame of zstd (RFC 8878, 3.1.2), so that `zstd
//   -d`
//            reads the file
//   4 bytes  24, little-endian: what follows of the header
//   8 bytes  "pipec-z1"
//   8 bytes  size of the content, little-endian
//   8 bytes  size of the file, little-endian
//   …        one frame of zstd
#include "runtime/cas/frame.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/Endian.h"

#include <memory>
#include <unistd.h>
#include <vector>
#include <zstd.h>

namespace pipec::cas {

namespace endian = llvm::support::endian;

static constexpr uint32_t SkippableMagic = 0x184D2A5E;
static constexpr llvm::StringLiteral Name = "pipec-z1";
/// Levels above cost twice the time for a twentieth of the size: docs/decisions, the cache's life.
static constexpr int Level = 3;

static constexpr uint64_t Trial = 1024 * 1024;

std::optional<FrameHeader> readFrameHeader(llvm::StringRef start) {
  if (start.size() < FrameHeaderSize || endian::read32le(start.data()) != SkippableMagic ||
      endian::read32le(start.data() + 4) != FrameHeaderSize - 8 ||
      start.substr(8, Name.size()) != Name)
    return std::nullopt;
  return FrameHeader{endian::read64le(start.data() + 16), endian::read64le(start.data() + 24)};
}

std::optional<FrameHeader> frameHeaderOf(int file) {
  char start[FrameHeaderSize];
  ssize_t size = ::pread(file, start, sizeof start, 0);
  return readFrameHeader({start, size > 0 ? static_cast<size_t>(size) : 0});
}

bool readFrame(int file, llvm::function_ref<bool(llvm::StringRef)> use) {
  if (::lseek(file, FrameHeaderSize, SEEK_SET) < 0)
    return false;
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  std::vector<char> input(ZSTD_DStreamInSize()), output(ZSTD_DStreamOutSize());
  size_t left = 1; // 0: the frame is whole
  for (;;) {
    ssize_t count = readSome(file, input.data(), input.size());
    if (count < 0)
      return false;
    if (count == 0)
      return left == 0;
    ZSTD_inBuffer in{input.data(), static_cast<size_t>(count), 0};
    while (in.pos < in.size) {
      ZSTD_outBuffer out{output.data(), output.size(), 0};
      left = ZSTD_decompressStream(context.get(), &out, &in);
      if (ZSTD_isError(left) || !use({output.data(), out.pos}))
        return false;
    }
  }
}

bool writeFrame(int source, uint64_t size, int target) {
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, Level);
  ZSTD_CCtx_setPledgedSrcSize(context.get(), size);
  std::vector<char> input(ZSTD_CStreamInSize()), output(ZSTD_CStreamOutSize());
  if (::lseek(target, FrameHeaderSize, SEEK_SET) < 0)
    return false;
  uint64_t consumed = 0, written = FrameHeaderSize;
  auto blocks = [](uint64_t bytes) { return (bytes + BlockSize - 1) / BlockSize; };
  for (bool end = false; !end;) {
    ssize_t count = readSome(source, input.data(), input.size());
    if (count < 0)
      return false;
    end = count == 0;
    consumed += static_cast<uint64_t>(count);
    ZSTD_inBuffer in{input.data(), static_cast<size_t>(count), 0};
    for (size_t left = 1; end ? left != 0 : in.pos < in.size;) {
      ZSTD_outBuffer out{output.data(), output.size(), 0};
      left = ZSTD_compressStream2(context.get(), &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) || !writeAll(target, {output.data(), out.pos}))
        return false;
      written += out.pos;
    }
    // What does not compress shows soon.
    if (consumed >= Trial && written > consumed / 32 * 31)
      return false;
  }
  if (blocks(written) >= blocks(size))
    return false;
  if (consumed != size)
    return false;
  char header[FrameHeaderSize];
  endian::write32le(header, SkippableMagic);
  endian::write32le(header + 4, FrameHeaderSize - 8);
  std::copy(Name.begin(), Name.end(), header + 8);
  endian::write64le(header + 16, size);
  endian::write64le(header + 24, written);
  return ::pwrite(target, header, sizeof header, 0) == static_cast<ssize_t>(sizeof header);
}

} // namespace pipec::cas
