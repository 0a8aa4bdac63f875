import { rmSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { bind, close, receive, socket } from '../../../src/linux/libc.ts';
import { unixAddress } from '../../../src/linux/service-manager.ts';
import { AF_UNIX, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_DGRAM } from '../../../src/linux/socket-abi.ts';

/** A UNIX socket that takes datagrams, as log daemons and service managers have. */
export interface DatagramSocket {
  /** All messages that have come. */
  messages(): readonly string[];
}

/** Opens a socket at a path, or with `@` before it under an abstract name; it is closed when the test ends. */
export function openDatagramSocket(name: string): DatagramSocket {
  const descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  onTestFinished(() => {
    close(descriptor);
    if (name.startsWith('/')) rmSync(name, { force: true });
  });
  bind(descriptor, unixAddress(name));
  const messages: string[] = [];
  return {
    messages() {
      const bytes = new Uint8Array(8192);
      for (
        let length = receive(descriptor, bytes, MSG_DONTWAIT);
        length > 0;
        length = receive(descriptor, bytes, MSG_DONTWAIT)
      ) {
        messages.push(Buffer.from(bytes.subarray(0, length)).toString());
      }
      return messages;
    },
  };
}
