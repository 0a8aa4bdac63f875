// A request that waits is kept as it came, however long it is: whether it fits in one slab, just so, or in several.
import { expect, test } from 'vitest';
import { Conversation, captureOf } from '../support/conversation.ts';
import { LongRun } from '../support/long-run.ts';

const LENGTHS = Array.from({ length: 2300 }, (_, i) => i);

test.each([false, true])('assemble %s: every length of a target comes back', (assemble) => {
  const conversation = new Conversation().open();
  const target = (length: number): string => `/${length}/${'t'.repeat(length)}`;
  for (const length of LENGTHS) {
    conversation.client(`GET ${target(length)} HTTP/1.1\r\nHost: h\r\n\r\n`);
    conversation.server('HTTP/1.1 204 No Content\r\n\r\n');
  }
  const run = new LongRun({ assemble, fields: ['method', 'target', 'status', 'request.host'], input: 8_000_000 });
  const lines = [...run.walk(captureOf(conversation)), ...run.finish()];
  expect(lines).toEqual(LENGTHS.map((length) => `GET\t${target(length)}\t204\th`));
});
