import { describe, expect, test } from 'vitest';
import { capture, HOST, makeNetwork, OUTSIDE, whyNotLive } from '../support/live/network.ts';
import { endOf, messagesIn, said, totalsOf } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { pause, until } from '../support/live/wait.ts';
import { linesOf } from '../support/live/workspace.ts';

// Readers of standard output that go away, or are slow.

const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';

describe.skipIf(whyNotLive('live standard output') !== undefined)('standard output', () => {
  test('a reader that goes away ends the program, quietly and with exit 0', async () => {
    const { host } = makeNetwork();
    const running = await capture(host, ['-d', '-']);
    const sender = openSender(host, 'eth0');
    sender.send(frame(OUTSIDE, 50000, HOST, 80, REQUEST));
    await until('the line', () => running.stdout() !== '');
    running.child.stdout.destroy();
    sender.send(frame(OUTSIDE, 50001, HOST, 80, REQUEST));
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    expect(running.stderr()).toBe('');
  });

  test('a slow reader: capture goes on, drops and counts, and says so once', async () => {
    const { host } = makeNetwork();
    const running = await capture(host, ['-d', '-'], { unread: true });
    const sender = openSender(host, 'eth0');
    // Lines of 5.6 KB: each byte of the target is escaped.
    const long = `GET /${'\x80'.repeat(1400)} HTTP/1.1\r\n\r\n`;
    let sent = 0;
    const burst = async (): Promise<void> => {
      for (let n = 0; n < 500; n++, sent++) sender.send(frame(OUTSIDE, 40000 + (sent % 20000), HOST, 80, long));
      await pause(150);
    };
    for (let round = 0; round < 8; round++) await burst();
    await until('that it falls behind', () => said(running, 'the writer falls behind').length > 0);
    await burst();
    await pause(1200); // more than a look at the counters
    let text = '';
    running.child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
    await until('that it has caught up', () => said(running, 'the writer has caught up').length > 0);
    running.child.kill('SIGTERM');
    expect(await endOf(running)).toEqual({ status: 0, signal: null });
    await until('the end of its output', () => running.child.stdout.readableEnded);
    const totals = totalsOf(running);
    expect(totals).toMatchObject({ packets: sent, 'kernel drops': 0 });
    expect(totals['lines lost']).toBeGreaterThan(0);
    expect(linesOf(text).length + (totals['lines lost'] ?? 0)).toBe(sent);
    expect(messagesIn(totals)).toBe(sent);
    expect(said(running, 'the writer falls behind')).toHaveLength(1);
    expect(said(running, `the writer has caught up; lines lost meanwhile: ${totals['lines lost']}`)).toHaveLength(1);
  });
});
