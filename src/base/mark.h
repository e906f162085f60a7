/* A mark: the beginning of a byte string, known by its length and CRC-32 (RFC 1952).  A log is
 * recognised by its marks, whatever its name, inode and compression: a file continues what was read
 * before if and only if it is as long and its first `length` bytes have that CRC. */
#ifndef MARK_H
#define MARK_H
#include <stdint.h>

struct mark {
	uint64_t length;
	uint32_t crc;
};
#define MARK_SURE 4096u /* as many bytes alike are no chance */
#endif
