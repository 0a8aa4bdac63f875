// Packs bytes part by part, in the thread that calls: that one can be given the lowest priority, libuv's threads can't.
import * as zlib from 'node:zlib';
import type { PackingName } from './old-files.ts';

/** Packs one file. What the three give, put together, is the packed file; several of those may follow each other. */
export interface Packer {
  begin(): Uint8Array;
  /** The next part; all but the last have `Packing.partBytes`. */
  pack(part: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

/** A way of packing. */
export interface Packing {
  readonly ending: string;
  readonly partBytes: number;
  /** The file's name, and its time in milliseconds since 1970, for those who unpack it. */
  open(name: string, written: number): Packer;
}

/** gzip as every program knows it, and zstd where Node.js has it. */
export const PACKINGS: Readonly<Record<PackingName, Packing>> = {
  gzip: { ending: '.gz', partBytes: 262144, open: openGzip },
  zstd: { ending: '.zst', partBytes: 1048576, open: openZstd },
};

/** How far back deflate looks (RFC 1951). */
const WINDOW = 32768;
/** RFC 1951: an empty block of fixed codes that is the last. */
const LAST_BLOCK: Uint8Array = Uint8Array.of(3, 0);

/** One member (RFC 1952): parts that end at a byte, and know what was before them, as pigz makes them. */
function openGzip(name: string, written: number): Packer {
  let crc = 0;
  let size = 0;
  const window = new Uint8Array(WINDOW);
  let before = window.subarray(0, 0);
  return {
    begin() {
      const header = Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, ...Buffer.from(name), 0]);
      header.writeUInt32LE(Math.min(Math.max(Math.floor(written / 1000), 0), 0xffffffff), 4);
      return header;
    },
    pack(part) {
      const dictionary = before.length === 0 ? {} : { dictionary: before };
      const packed = zlib.deflateRawSync(part, { ...dictionary, finishFlush: zlib.constants.Z_SYNC_FLUSH });
      before = window.subarray(0, Math.min(part.length, WINDOW));
      before.set(part.subarray(-WINDOW));
      crc = crc32(part, crc);
      size += part.length;
      return packed;
    },
    end() {
      const end = Buffer.concat([LAST_BLOCK, new Uint8Array(8)]);
      end.writeUInt32LE(crc, 2);
      end.writeUInt32LE(size % 2 ** 32, 6);
      return end;
    },
  };
}

/** A part is a frame (RFC 8878) with a checksum. */
function openZstd(): Packer {
  let isEmpty = true;
  return {
    begin: () => new Uint8Array(0),
    pack(part) {
      isEmpty = false;
      return zstdFrame(part);
    },
    end: () => (isEmpty ? zstdFrame(new Uint8Array(0)) : new Uint8Array(0)),
  };
}

/** What Node.js 20 does not have, and so its types do not. */
interface ZlibWithZstd {
  zstdCompressSync?(bytes: Uint8Array, options: { readonly params: Readonly<Record<number, number>> }): Uint8Array;
}
/** zstd.h: ZSTD_c_checksumFlag. */
const CHECKSUM = 201;

function zstdFrame(bytes: Uint8Array): Uint8Array {
  const { zstdCompressSync } = zlib as ZlibWithZstd;
  if (zstdCompressSync === undefined) throw new Error('this Node.js has no zstd');
  return zstdCompressSync(bytes, { params: { [CHECKSUM]: 1 } });
}

const CRC_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** RFC 1952, section 8, going on from what stands before. (Node.js has it from 20.15 on.) */
function crc32(bytes: Uint8Array, before: number): number {
  let crc = ~before;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}
